import Airbyte
import ConnectorKit
import JSON
import Posix
import Postgres
import SQL
import TestKit
import Testing

/// A source and two databases to write to: by blocks and by records.
struct DatabasePair {
    let server: ThrowawayPostgres
    let source: String
    let inBlocks: String
    let asRecords: String
    /// How the source finds what changed.
    var method: JSON = ["method": "Standard"]

    init(_ script: String, source: String? = nil) async throws {
        server = try await ThrowawayPostgres.shared()
        if let source { self.source = source } else { self.source = try await server.freshDatabase() }
        inBlocks = try await server.freshDatabase()
        asRecords = try await server.freshDatabase()
        try await execute(script, in: self.source)
    }

    var configuration: JSON {
        var configuration = server.connectorConfiguration(source)
        configuration["replication_method"] = method
        return configuration
    }

    func execute(_ script: String, in url: String) async throws {
        try await Thread.value { try PostgresConnection(PostgresSettings(url: url)).execute(script: script) }
    }

    func rows(_ sql: String, in url: String) async throws -> [String] {
        try await Thread.value {
            try PostgresConnection(PostgresSettings(url: url)).rows(Query(trusted: sql)).map { row in
                "\(row.values)"
            }
        }
    }

    /// Moves the streams to both databases, as each of them is to get them; answers with the states, and with
    /// whether any rows came in blocks.
    func move(_ streams: [ConfiguredStream], state: JSON? = nil) async throws -> (states: [JSON], inBlocks: Bool) {
        let records = try await move(streams, to: asRecords, state: state, blocks: false)
        #expect(!records.inBlocks)
        let moved = try await move(streams, to: inBlocks, state: state, blocks: true)
        for member in ["cursor", "cursor_record_count", "ctid", "is_complete"] {
            let (left, right) = (moved.states, records.states)
            #expect(
                left.map { $0["stream"]?["stream_state"]?[member] }
                    == right.map { $0["stream"]?["stream_state"]?[member] })
        }
        return moved
    }

    private func move(
        _ streams: [ConfiguredStream], to url: String, state: JSON?, blocks: Bool
    ) async throws -> (states: [JSON], inBlocks: Bool) {
        let folder = try TemporaryFolder()
        try folder.write(configuration.bytes, to: "source")
        try folder.write(server.connectorConfiguration(url).bytes, to: "destination")
        try folder.write(JSON.encode(ConfiguredCatalog(streams: streams)).bytes, to: "catalog")
        var reading = "read --config source --catalog catalog"
        if let state {
            try folder.write(JSON.array([state]).bytes, to: "state")
            reading += " --state state"
        }
        let program = "\(Program.directory)/swiftlet-connector"
        let script = """
            '\(program)' source-postgres \(reading) | tee moved \
            | '\(program)' destination-postgres write --config destination --catalog catalog > echoed
            """
        var environment = ["PATH": "/usr/bin:/bin"]
        if blocks { environment[RowBlock.variable] = RowBlock.postgres }
        var request = ChildRequest("/bin/bash", ["-o", "pipefail", "-c", script], directory: folder.path)
        request.environment = environment
        request.descriptors = [nil, nil, nil]
        let child = try Child.spawn(request)
        let exit = await Thread.value { child.wait() }
        let echoed = try folder.read("echoed")
        #expect(exit == .exited(0), "\(echoed)")
        let states = echoed.split(separator: "\n").compactMap { try? JSON.parse(String($0))["state"] }
        return (states, try folder.read("moved").contains(#"{"type":"ROWS""#))
    }

    /// Expects the same rows in both, but for what is new each time.
    func expectEqual(_ table: String) async throws {
        let sql = """
            SELECT (to_jsonb(whole) - '_airbyte_raw_id' - '_airbyte_extracted_at' - '_ab_cdc_lsn' - '_ab_cdc_updated_at')::text AS row
            FROM \(table) AS whole ORDER BY id, 1
            """
        let (left, right) = (try await rows(sql, in: inBlocks), try await rows(sql, in: asRecords))
        #expect(left.count == right.count)
        for (one, other) in zip(left, right) where one != other { #expect(one == other) }
        let ids = try await rows("SELECT count(DISTINCT _airbyte_raw_id) = count(*) FROM \(table)", in: inBlocks)
        #expect(ids == ["[SQL.SQLValue.bool(true)]"])
    }

    /// What is to be moved of a table: all of its columns, with the key `id` where rows are merged.
    func stream(
        _ name: String, _ sync: SyncMode, _ mode: DestinationSyncMode, cursor: String? = nil
    ) async throws -> ConfiguredStream {
        let run = try await ConnectorRun.run(["source-postgres", "discover"], files: [("config", configuration)])
        let catalog = try run.messages.first?["catalog"]?.decode(AirbyteCatalog.self)
        let stream = try #require(catalog?.streams.first { $0.name == name })
        return ConfiguredStream(
            stream: stream, syncMode: sync, destinationSyncMode: mode, cursorField: cursor.map { [$0] },
            primaryKey: mode.isDedup ? [["id"]] : nil, generationID: 1, minimumGenerationID: 0, syncID: 7)
    }
}
