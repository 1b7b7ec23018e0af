import Airbyte
import ConnectorKit
import Postgres

/// What a catalog asks for: tables to copy each time, and tables to read the changes of.
struct CapturePlan {
    private(set) var refreshed: [(ConfiguredStream, SourceTable)] = []
    private(set) var captured: [(ConfiguredStream, CapturedTable)] = []

    /// Throws what all the streams lack at once, so that it is put right at once.
    init(
        _ catalog: ConfiguredCatalog, _ tables: [SourceTable], _ publication: Publication, named name: String,
        defaultSchema: String?
    ) throws {
        var problems: [String] = []
        for stream in catalog.streams {
            let schema = stream.stream.namespace ?? defaultSchema
            guard let table = tables.first(where: { $0.name == stream.stream.name && $0.schema == schema }) else {
                problems.append(
                    "The table \(stream.descriptor) does not exist or may not be read; refresh the source's schema.")
                continue
            }
            if stream.syncMode != .incremental {
                refreshed.append((stream, table))
            } else if let found = CapturedTable(table, publication) {
                captured.append((stream, found))
            } else if publication.tables[TableName(schema: table.schema, name: table.name)] == nil {
                problems.append(
                    "The publication \(name) leaves out the table \(stream.descriptor); add it with ALTER PUBLICATION \(quote(name)) ADD TABLE \(table.quoted)."
                )
            } else {
                problems.append(
                    "The table \(stream.descriptor) has no primary key that is published, so its changes cannot be told apart; add one, or choose full refresh."
                )
            }
        }
        if !problems.isEmpty { throw ConnectorError(.config, problems.joined(separator: " ")) }
    }
}
