import Airbyte
import ConnectorKit
import JSON
import Testing

/// A source with something to read, for tests that hold for every one of them.
struct SourceUnderTest: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case postgres, sqlite, faker
    }

    let kind: Kind
    /// With small checkpoints.
    let configuration: JSON
    /// Configurations that fail their check.
    let broken: [JSON]
    /// The cursor for each stream.
    private let cursors: [String: String]
    /// What keeps the database alive.
    private let keeper: (any Sendable)?

    /// Few distinct cursors, some missing ones, an empty table and a value of each common type.
    private static let tables = """
        CREATE TABLE people (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL, score NUMERIC(10, 2), ratio DOUBLE PRECISION, ok BOOLEAN,
            born DATE, at TIMESTAMP, data JSON, v INTEGER);
        CREATE TABLE nobody (id INTEGER PRIMARY KEY, v INTEGER);
        CREATE VIEW grown AS SELECT id, name, v FROM people WHERE id > 100;
        """

    private static var rows: String {
        (1...250).map { id in
            let v = id % 50 == 0 ? "NULL" : "\(id / 7)"
            return """
                INSERT INTO people VALUES (\(id), 'name "\(id)" é', \(id).25, \(id).5e3, \(id % 2 == 0 ? "true" : "false"),
                    '2024-02-\(10 + id % 10)', '2024-01-31 09:30:\(10 + id % 50)', '{"a": [\(id), null]}', \(v));

                """
        }.joined()
    }

    /// - Parameter alone: on a server of its own, where no transaction of another test is open.
    init(_ kind: Kind, alone: Bool = false) async throws {
        self.kind = kind
        switch kind {
        case .postgres:
            let source = try await SourcePostgresTests.Source(alone: alone)
            try await source.execute(Self.tables + Self.rows)
            var configuration = source.configuration
            configuration["checkpoint_rows"] = 20
            self.configuration = configuration
            broken = ["host", "database", "username"].map { key in
                var broken = configuration
                broken[key] = nil
                return broken
            }
            cursors = ["people": "v", "nobody": "v", "grown": "v"]
            keeper = source
        case .sqlite:
            var source = try SourceSQLiteFile()
            try source.execute(Self.tables + Self.rows)
            source.configuration["checkpoint_rows"] = 20
            configuration = source.configuration
            broken = [[:], ["database_path": "/nowhere/at/all.db"], ["database_path": 5]]
            cursors = ["people": "v", "nobody": "v", "grown": "v"]
            keeper = source
        case .faker:
            configuration = ["count": 150, "seed": 7, "always_updated": false, "records_per_slice": 20]
            broken = [["count": 0], ["seed": "x"]]
            cursors = [:]
            keeper = nil
        }
    }

    func run(_ operation: String, _ configuration: JSON? = nil) async throws -> ConnectorRun {
        try await ConnectorRun.run(
            ["source-\(kind.rawValue)", operation], files: [("config", configuration ?? self.configuration)])
    }

    func catalog() async throws -> AirbyteCatalog {
        let run = try await run("discover")
        return try #require(try run.messages.first { $0["type"] == "CATALOG" }?["catalog"]?.decode(), "\(run.output)")
    }

    /// Every stream that can be read in that way.
    func streams(_ sync: SyncMode) async throws -> [ConfiguredStream] {
        try await catalog().streams.filter { $0.supportedSyncModes.contains(sync) }.map { stream in
            ConfiguredStream(
                stream: stream, syncMode: sync, destinationSyncMode: .append,
                cursorField: cursors[stream.name].map { [$0] })
        }
    }

    /// - Parameter states: the last one of each stream.
    func read(_ streams: [ConfiguredStream], _ states: [JSON] = []) async throws -> ConnectorRun {
        var files: [(String, JSON)] = [
            ("config", configuration), ("catalog", try JSON.encode(ConfiguredCatalog(streams: streams))),
        ]
        if !states.isEmpty { files.append(("state", .array(states))) }
        return try await ConnectorRun.run(["source-\(kind.rawValue)", "read"], files: files)
    }
}
