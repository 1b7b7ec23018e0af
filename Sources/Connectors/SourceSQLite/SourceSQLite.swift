package import Airbyte
package import ConnectorKit
package import JSON
import SQL
import SQLite

/// Reads the tables and views of a SQLite file, whole or by a cursor column.
package struct SourceSQLite: SourceConnector {
    package static let name = "source-sqlite"

    package static let specification = Specification.source(
        SourceSettings.self, title: "SQLite source",
        documentation: "https://www.sqlite.org/docs.html")

    package init() {}

    package func check(_ configuration: Configuration) throws {
        let settings = try SourceSettings(configuration)
        let found = try SourceTable.names(DatabaseFile(settings.databasePath).open())
        let missing = (settings.tables ?? []).filter { !found.contains($0) }
        guard missing.isEmpty else {
            throw ConnectorError(
                .config, "The file has no table or view called \(missing.joined(separator: ", ")); correct \"tables\".")
        }
    }

    package func discover(_ configuration: Configuration) throws -> AirbyteCatalog {
        let settings = try SourceSettings(configuration)
        let connection = try DatabaseFile(settings.databasePath).open()
        try connection.execute(script: "BEGIN")
        return AirbyteCatalog(
            streams: try SourceTable.all(connection, only: settings.tables).map { try $0.sampled(connection).stream })
    }

    /// Reads all streams in one transaction, so that they are of one moment.
    package func read(
        _ configuration: Configuration, catalog: ConfiguredCatalog, state: ConnectionState, output: ConnectorOutput
    ) throws {
        let settings = try SourceSettings(configuration)
        switch state {
        case .empty, .stream: break
        case .global, .legacy:
            throw ConnectorError(.config, "The saved state is not one of a state per stream; clear it and sync again.")
        }
        let connection = try DatabaseFile(settings.databasePath).open()
        try connection.execute(script: "BEGIN")
        let tables = try SourceTable.all(connection)
        for stream in catalog.streams {
            try output.reading(stream.descriptor) { messages in
                guard stream.stream.namespace == nil, let table = tables.first(where: { $0.name == stream.stream.name })
                else {
                    throw ConnectorError(
                        .config, "The table \(stream.descriptor) does not exist; refresh the source's schema.")
                }
                let reader = try StreamReader(stream, table, connection, messages, settings)
                try reader.read(from: state.state(of: stream.descriptor))
            }
        }
        try connection.execute(script: "COMMIT")
    }
}
