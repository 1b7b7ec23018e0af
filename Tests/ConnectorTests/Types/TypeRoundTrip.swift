import Airbyte
import ConnectorKit
import JSON
import Testing

/// A source with a table for each of some types, read and written into the tables of both destinations.
struct TypeRoundTrip: Sendable {
    enum Source: String, CaseIterable, Sendable {
        case postgres, sqlite

        var cases: [TypeCase] { self == .postgres ? TypeCase.postgres : TypeCase.sqlite }
        var title: String { self == .postgres ? "Postgres" : "SQLite" }
    }

    /// What became of a type.
    struct Outcome: Sendable {
        let schema: JSON
        /// Of each value, in order.
        let records: [JSON]
        let columns: [DestinationUnderTest.Kind: String]
        let values: [DestinationUnderTest.Kind: [String]]
        let changes: [DestinationUnderTest.Kind: Int]
    }

    let outcomes: [Outcome]

    static func run(_ source: Source) async throws -> TypeRoundTrip {
        let configuration = try await fill(source)
        let name = "source-\(source.rawValue)"
        let discovered = try await ConnectorRun.run([name, "discover"], files: [("config", configuration.json)])
        let catalog: AirbyteCatalog = try #require(
            try discovered.messages.first?["catalog"]?.decode(), "\(discovered.output)")
        let streams = try source.cases.indices.map { index in
            var stream = try #require(catalog.streams.first { $0.name == "t\(index)" })
            stream.namespace = source == .postgres ? stream.namespace : nil
            return ConfiguredStream(
                stream: stream, syncMode: .fullRefresh, destinationSyncMode: .append, generationID: 1,
                minimumGenerationID: 0)
        }
        let read = try await ConnectorRun.run(
            [name, "read"],
            files: [("config", configuration.json), ("catalog", JSON.encode(ConfiguredCatalog(streams: streams)))])
        #expect(read.exitCode == 0, "\(read.failure ?? nil)")
        var tables: [DestinationUnderTest.Kind: [(column: String, values: [String], changes: Int)]] = [:]
        for kind in DestinationUnderTest.Kind.allCases {
            let destination = try await DestinationUnderTest(kind)
            let written = try await destination.write(streams, read.output)
            #expect(written.exitCode == 0, "\(written.failure ?? nil)")
            let prefix = source == .sqlite ? "" : kind == .postgres ? "public." : "public_"
            var columns: [(String, [String], Int)] = []
            for index in source.cases.indices { columns.append(try await destination.column("\(prefix)t\(index)")) }
            tables[kind] = columns
        }
        let records = Dictionary(grouping: read.messages.compactMap { $0["record"] }) {
            $0["stream"]?.stringValue ?? ""
        }
        return TypeRoundTrip(
            outcomes: source.cases.indices.map { index in
                let data = (records["t\(index)"] ?? []).compactMap { $0["data"] }
                return Outcome(
                    schema: streams[index].stream.jsonSchema["properties"]?["v"] ?? .null,
                    records: data.sorted { ($0["id"]?.intValue ?? 0) < ($1["id"]?.intValue ?? 0) }
                        .map { $0["v"] ?? .null },
                    columns: tables.mapValues { $0[index].column }, values: tables.mapValues { $0[index].values },
                    changes: tables.mapValues { $0[index].changes })
            })
    }

    /// What keeps the database of the source, and how to reach it.
    private struct Filled {
        let json: JSON
        let keeper: any Sendable
    }

    private static func fill(_ source: Source) async throws -> Filled {
        var script = source == .postgres ? TypeCase.postgresDefinitions : ""
        for (index, type) in source.cases.enumerated() {
            script += "CREATE TABLE t\(index) (id int, v \(type.type));\n"
            for (id, value) in type.values.enumerated() {
                script += "INSERT INTO t\(index) VALUES (\(id), \(value.sql));\n"
            }
            // NULL has no place among the values and comes through all the same.
            script += "INSERT INTO t\(index) VALUES (\(type.values.count), NULL);\n"
        }
        switch source {
        case .postgres:
            let source = try await SourcePostgresTests.Source()
            try await source.execute(script)
            return Filled(json: source.configuration, keeper: source)
        case .sqlite:
            let source = try SourceSQLiteFile()
            try source.execute(script)
            return Filled(json: source.configuration, keeper: source)
        }
    }
}

extension DestinationUnderTest {
    /// Of the column `v` of a table: its type, its values in the order of `id`, and how many rows had a change.
    fileprivate func column(_ table: String) async throws -> (column: String, values: [String], changes: Int) {
        let type: String
        var value = "v"
        switch kind {
        case .sqlite:
            type = try await rows("SELECT type FROM pragma_table_info('\(table)') WHERE name = 'v'").first ?? "?"
        case .postgres:
            type =
                try await rows(
                    """
                    SELECT format_type(atttypid, atttypmod) FROM pg_attribute
                    WHERE attrelid = '\(table)'::regclass AND attname = 'v'
                    """
                ).first ?? "?"
            if type == "timestamp with time zone" { value = "v AT TIME ZONE 'UTC'" }
            value = "CAST(\(value) AS text)"
        }
        let changed = "SELECT count(*) FROM \(table) WHERE CAST(_airbyte_meta AS text) LIKE '%NULLED%'"
        return (
            type, try await rows("SELECT \(value) FROM \(table) ORDER BY id"),
            Int(try await rows(changed).first ?? "") ?? -1
        )
    }
}
