import JSON
import Posix
import Postgres
import SQL
import Synchronization
import TestKit
import Testing
import Time

/// Two databases on a Postgres of their own, and an installation that moves the tables of one to the other.
final class PairBench: Sendable {
    /// What is killed.
    enum Victim: CaseIterable, Sendable {
        case source, destination, worker, database
    }

    let mode: PairMode
    let source: String
    let warehouse: String
    let fleet: Fleet
    private let server: ThrowawayPostgres
    private let connection: JSON
    private let worker: Mutex<RunningProgram>
    private let isQuiet = Mutex(false)
    /// What was killed and when.
    private let kills = Mutex<[String]>([])

    init(_ mode: PairMode) async throws {
        self.mode = mode
        server = try await ThrowawayPostgres.start()
        source = try await server.freshDatabase()
        warehouse = try await server.freshDatabase()
        // However often something is killed, a job goes on at once.
        let policy = ["COMPLETE_FAILURES_MAX_SUCCESSIVE", "COMPLETE_FAILURES_MAX_TOTAL", "PARTIAL_FAILURES_MAX_TOTAL"]
        var settings = Dictionary(uniqueKeysWithValues: policy.map { ("SYNC_JOB_RETRIES_\($0)", "100000") })
        settings["SYNC_JOB_RETRIES_COMPLETE_FAILURES_BACKOFF_MIN_INTERVAL_S"] = "0"
        fleet = try await Fleet(settings: settings)
        worker = Mutex(try await fleet.worker())
        connection = try await Self.connect(mode, server, source, warehouse, fleet.api)
    }

    private static func connect(
        _ mode: PairMode, _ server: ThrowawayPostgres, _ source: String, _ warehouse: String, _ api: APIClient
    ) async throws -> JSON {
        var script = PairTable.allCases.map(\.script).joined()
        if mode == .append { script += PairTable.allCases.map(\.keepingScript).joined() }
        var configuration = server.connectorConfiguration(source)
        configuration["checkpoint_rows"] = 1000
        switch mode {
        case .overwrite, .append, .cursor: configuration["replication_method"] = ["method": "Standard"]
        case .xmin: configuration["replication_method"] = ["method": "Xmin"]
        case .changes:
            script += "CREATE PUBLICATION pair FOR ALL TABLES"
            configuration["replication_method"] = [
                "method": "CDC", "replication_slot": "pair", "publication": "pair",
            ]
        }
        let order = script
        try await Thread.value {
            let connection = try PostgresConnection(PostgresSettings(url: source))
            try connection.execute(script: order)
            guard mode == .changes else { return }
            try connection.execute(script: "SELECT pg_create_logical_replication_slot('pair', 'pgoutput')")
        }
        return try await api.connection(
            from: api.source("swiftlet/source-postgres", configuration),
            to: api.destination("swiftlet/destination-postgres", server.connectorConfiguration(warehouse)),
            mode.syncMode, mode.destinationSyncMode, cursor: mode == .cursor ? ["written"] : nil)
    }

    /// Syncs once, whatever is killed meanwhile; the job without its logs.
    func sync() async throws -> EndedJob {
        let id = try await fleet.api.sync(connection)
        while true {
            let job = EndedJob(try await fleet.api.ask("jobs/get_without_logs", ["id": id]))
            if ["succeeded", "failed", "cancelled"].contains(job.status) { return job }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Syncs again and again until it is to be quiet.
    func keepSyncing() async throws -> [EndedJob] {
        var jobs: [EndedJob] = []
        while !isQuiet.withLock({ $0 }) { jobs.append(try await sync()) }
        return jobs
    }

    func calmDown() { isQuiet.withLock { $0 = true } }

    /// Kills one of them in the middle of a sync.
    func kill(_ victim: Victim, _ random: inout SeededRandom) async throws {
        while true {
            let process = try await connector(victim == .destination ? "destination-postgres" : "source-postgres")
            // Most of a first copy's length, or some moment of a short sync.
            let longest = Bool.random(using: &random) ? 800 : 60
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...longest, using: &random)))
            guard ProcessStatus(pid: process.pid)?.startTime == process.startTime else { continue }
            kills.withLock { $0.append("\(victim) at \(SystemClock().now.iso8601)") }
            switch victim {
            case .source, .destination: ProcessTree.signal([process], .kill)
            case .worker:
                await worker.withLock { $0 }.kill()
                let next = try await fleet.worker()
                worker.withLock { $0 = next }
            case .database:
                if Bool.random(using: &random) { try await server.crash() } else { try await server.kill() }
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...500, using: &random)))
                try await server.restart()
            }
            return
        }
    }

    /// The process of one of the two connectors, once there is one.
    private func connector(_ name: String) async throws -> ProcessStatus {
        while true {
            let processes = worker.withLock { $0 }.descendants
            let found = processes.first { process in
                let words = CommandLines.of(process.pid)
                return words.contains(name) && (words.contains("read") || words.contains("write"))
            }
            if let found { return found }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// What was killed, and all that both sides have of some rows.
    func story(of ids: [String], in table: PairTable) async throws -> String {
        let list = ids.joined(separator: ", ")
        let rows = "SELECT left((to_jsonb(r) - 't' - 'j' - 'u')::text, 400) AS value FROM"
        let there = try await PairTable.values(
            "\(rows) (SELECT xmin::text AS by, * FROM \(table) WHERE id IN (\(list))) r ORDER BY 1", in: source)
        let here = try await PairTable.values(
            "\(rows) (SELECT xmin::text AS by, * FROM \(table) WHERE id IN (\(list))) r ORDER BY 1", in: warehouse)
        return (kills.withLock { $0 } + there + here).joined(separator: "\n")
    }

    func stop() async {
        #expect(await worker.withLock { $0 }.stop() == .exited(0))
        #expect(await fleet.server.stop() == .exited(0))
        #expect(fleet.installation.jobDirectories == [])
    }
}
