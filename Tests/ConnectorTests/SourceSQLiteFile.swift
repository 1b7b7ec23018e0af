import Airbyte
import ConnectorKit
import JSON
import SQL
import SQLite
import Testing

/// A SQLite file that source-sqlite reads from.
struct SourceSQLiteFile: Sendable {
    let folder: TemporaryFolder
    let path: String
    var configuration: JSON

    init() throws {
        folder = try TemporaryFolder()
        path = "\(folder.path)/shop.db"
        configuration = ["database_path": .string(path)]
        // The file is there before its first table is.
        try SQLiteConnection(path: path, access: .create).close()
    }

    func execute(_ script: String) throws {
        try SQLiteConnection(path: path, access: .readWrite).execute(script: script)
    }

    func run(_ operation: String) async throws -> ConnectorRun {
        try await ConnectorRun.run(["source-sqlite", operation], files: [("config", configuration)])
    }

    func catalog() async throws -> AirbyteCatalog {
        let run = try await run("discover")
        return try #require(try run.messages.first?["catalog"]?.decode(), "\(run.output)")
    }

    func stream(_ name: String, _ sync: SyncMode = .fullRefresh, cursor: String? = nil) async throws -> ConfiguredStream
    {
        let stream = try #require(try await catalog().streams.first { $0.name == name })
        return ConfiguredStream(
            stream: stream, syncMode: sync, destinationSyncMode: .append, cursorField: cursor.map { [$0] })
    }

    func read(_ streams: [ConfiguredStream], state: JSON? = nil) async throws -> ConnectorRun {
        var files: [(String, JSON)] = [
            ("config", configuration), ("catalog", try JSON.encode(ConfiguredCatalog(streams: streams))),
        ]
        if let state { files.append(("state", [state])) }
        return try await ConnectorRun.run(["source-sqlite", "read"], files: files)
    }

    /// The data of each record as it was written.
    func data(_ run: ConnectorRun) -> [String] { run.records.map(\.text) }
}
