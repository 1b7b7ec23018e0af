import Airbyte
import ConnectorKit
import JSON
import Posix
import Postgres
import SQL
import TestKit
import Testing

/// A database whose changes are read through a slot of its own.
final class CaptureSource: Sendable {
    let url: String
    let slot: String
    let configuration: JSON

    /// - Parameter script: makes what is there before the slot.
    init(
        _ script: String, server: ThrowawayPostgres? = nil, publication: String = "FOR ALL TABLES",
        checkpointRows: Int = 10_000, connections: Int = 1, settings: JSONObject = [:]
    ) async throws {
        let chosen: ThrowawayPostgres
        if let server { chosen = server } else { chosen = try await ThrowawayPostgres.shared() }
        url = try await chosen.freshDatabase()
        slot = "slot_" + UUID().description.filter { $0 != "-" }.lowercased()
        var configuration = DestinationUnderTest.configuration(chosen, url)
        configuration["checkpoint_rows"] = .integer(checkpointRows)
        configuration["max_db_connections"] = .integer(connections)
        var method: JSON = ["method": "CDC", "replication_slot": .string(slot), "publication": "pub \"q\" x"]
        for (key, value) in settings { method[key] = value }
        configuration["replication_method"] = method
        self.configuration = configuration
        try await execute(script)
        try await execute(#"CREATE PUBLICATION "pub ""q"" x" \#(publication)"#)
        try await execute("SELECT pg_create_logical_replication_slot('\(slot)', 'pgoutput')")
    }

    deinit {
        // A slot that nobody reads keeps the log of all tests.
        try? PostgresConnection(PostgresSettings(url: url)).execute(
            script: "SELECT pg_drop_replication_slot('\(slot)')")
    }

    func execute(_ script: String) async throws {
        var settings = try PostgresSettings(url: url)
        // A slot is made once every transaction has ended that was open on the server, other tests' among them.
        settings.lockTimeout = nil
        settings.statementTimeout = nil
        let patient = settings
        try await Thread.value { try PostgresConnection(patient).execute(script: script) }
    }

    func value(_ query: String) async throws -> String? {
        let url = url
        return try await Thread.value {
            let row = try PostgresConnection(PostgresSettings(url: url)).rows(Query(trusted: query)).first
            return try row?.getOptional("value", as: String.self)
        }
    }

    func run(_ operation: String, _ files: [(String, JSON)] = []) async throws -> ConnectorRun {
        try await ConnectorRun.run(["source-postgres", operation], files: [("config", configuration)] + files)
    }

    func streams(_ names: [String]) async throws -> [ConfiguredStream] {
        let catalog = try await run("discover").messages.first?["catalog"]?.decode(AirbyteCatalog.self)
        return try names.map { name in
            let stream = try #require(catalog?.streams.first { $0.name == name })
            return ConfiguredStream(stream: stream, syncMode: .incremental, destinationSyncMode: .append)
        }
    }

    func read(_ streams: [ConfiguredStream], state: JSON? = nil) async throws -> ConnectorRun {
        var files = [("catalog", try JSON.encode(ConfiguredCatalog(streams: streams)))]
        if let state { files.append(("state", [state])) }
        return try await run("read", files)
    }

    func read(_ names: [String], state: JSON? = nil) async throws -> ConnectorRun {
        try await read(streams(names), state: state)
    }

    /// What a full refresh of a table tells, by its `id`.
    func table(_ name: String) async throws -> [String: JSON] {
        var stream = try await streams([name])[0]
        stream.syncMode = .fullRefresh
        var plain = configuration
        plain["replication_method"] = ["method": "Standard"]
        let run = try await ConnectorRun.run(
            ["source-postgres", "read"],
            files: [("config", plain), ("catalog", JSON.encode(ConfiguredCatalog(streams: [stream])))])
        #expect(run.exitCode == 0, "\(run.output)")
        return Dictionary(uniqueKeysWithValues: run.records.map { ($0["id"]?.text ?? "", $0) })
    }

    /// Waits until the slot is confirmed up to what a state says.
    func expectConfirmed(_ state: JSON?) async throws {
        let lsn = try #require(state?["global"]?["shared_state"]?["lsn"]?.intValue)
        let query = """
            SELECT (confirmed_flush_lsn - '0/0')::text AS value FROM pg_replication_slots WHERE slot_name = '\(slot)'
            """
        try await eventually { try await self.value(query) == "\(lsn)" }
    }
}

extension ConnectorRun {
    /// The rows of one stream as a destination keeps them that goes by key and `_ab_cdc_lsn`.
    static func folded(_ messages: [JSON], _ stream: String, key: String = "id") -> [String: JSON] {
        var rows: [String: (lsn: Int, data: JSON)] = [:]
        for message in messages where message["record"]?["stream"]?.stringValue == stream {
            guard let data = message["record"]?["data"], let lsn = data["_ab_cdc_lsn"]?.intValue else { continue }
            let name = data[key]?.text ?? ""
            if let known = rows[name], known.lsn > lsn { continue }
            rows[name] = (lsn, data)
        }
        return rows.filter { $0.value.data["_ab_cdc_deleted_at"]?.isNull == true }.mapValues { row in
            var data = row.data
            for field in ["_ab_cdc_lsn", "_ab_cdc_updated_at", "_ab_cdc_deleted_at"] { data[field] = nil }
            return data
        }
    }

    var lastState: JSON? { states.last }
    var logs: [String] { messages.compactMap { $0["log"]?["message"]?.stringValue } }
}
