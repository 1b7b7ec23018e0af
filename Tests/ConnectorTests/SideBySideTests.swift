import Airbyte
import ConnectorKit
import JSON
import Posix
import Postgres
import SQL
import Synchronization
import TestKit
import Testing

/// Tables that are read by more connections than one, and tables that change just when they are read.
@Suite("source-postgres: side by side", .timeLimit(.minutes(5)))
struct SideBySideTests {
    typealias Source = SourcePostgresTests.Source

    private func source(_ script: String, connections: Int) async throws -> Source {
        var source = try await Source(alone: true)
        source.configuration["checkpoint_rows"] = 500
        source.configuration["max_db_connections"] = .integer(connections)
        try await source.execute(script)
        return source
    }

    private func number(_ query: String, _ source: Source) async throws -> Int? {
        let url = source.url
        return try await Thread.value {
            try PostgresConnection(PostgresSettings(url: url)).rows(Query(trusted: query)).first?.get("n", as: Int.self)
        }
    }

    /// A connection inside a transaction that holds what others have to wait for.
    private func hold(_ script: String, _ source: Source) async throws -> CaptureTests.Held {
        let url = source.url
        return try await Thread.value {
            let connection = try PostgresConnection(PostgresSettings(url: url))
            try connection.execute(script: "BEGIN; \(script)")
            return CaptureTests.Held(connection)
        }
    }

    /// Moves amounts from one row to another until told to stop.
    private final class Transfers: Sendable {
        private let isStopped = Mutex(false)

        func stop() { isStopped.withLock { $0 = true } }

        func run(_ url: String) throws {
            let connection = try PostgresConnection(PostgresSettings(url: url))
            var random = SeededRandom(seed: 7)
            while !isStopped.withLock({ $0 }) {
                let rows = (0..<2).map { _ in Int.random(in: 1...5000, using: &random) }
                try connection.execute(
                    script: """
                        BEGIN; UPDATE accounts SET amount = amount - 1 WHERE id = \(rows[0]);
                        UPDATE accounts SET amount = amount + 1 WHERE id = \(rows[1]); COMMIT
                        """)
            }
        }
    }

    private static let waiting = """
        SELECT count(*) AS n FROM pg_stat_activity
        WHERE application_name = 'swiftlet-source-postgres' AND wait_event_type = 'Lock'
        """

    @Test func `a large table is read by as many connections as there may be`() async throws {
        let source = try await source(
            """
            CREATE TABLE items (id int PRIMARY KEY, note text);
            INSERT INTO items SELECT g, repeat('x', 100) FROM generate_series(1, 30000) g; ANALYZE items
            """, connections: 4)
        let items = try await source.stream("items", sync: .fullRefresh)
        let sessions = """
            SELECT sessions AS n FROM pg_stat_database WHERE datname = current_database()
            """
        let before = try await number(sessions, source) ?? 0
        let run = try await source.read([items])
        #expect(run.exitCode == 0, "\(run.output.suffix(2))")
        #expect(run.records.compactMap { $0["id"]?.intValue } == Array(1...30_000))
        // Those that ask count themselves, some of them before and some after.
        try await eventually { try await (self.number(sessions, source) ?? 0) - before >= 4 }
    }

    @Test func `all connections see one moment of the table`() async throws {
        let source = try await source(
            """
            CREATE TABLE accounts (id int PRIMARY KEY, amount int, pad text) WITH (fillfactor = 50);
            INSERT INTO accounts SELECT g, 100, repeat('x', 200) FROM generate_series(1, 5000) g; ANALYZE accounts
            """, connections: 3)
        let accounts = try await source.stream("accounts", sync: .fullRefresh)
        let transfers = Transfers()
        let url = source.url
        async let moving: Void = Thread.value { try transfers.run(url) }
        for _ in 0..<6 {
            let run = try await source.read([accounts])
            #expect(run.exitCode == 0, "\(run.output.suffix(2))")
            #expect(run.records.count == 5000)
            #expect(Set(run.records.compactMap { $0["id"]?.intValue }).count == 5000)
            let sum = run.records.reduce(0) { $0 + ($1["amount"]?.intValue ?? 0) }
            #expect(sum == 500_000)
        }
        transfers.stop()
        try await moving
    }

    /// Three views, the first two of which wait when they are read side by side; `first` is what the first one selects.
    private func waitingStreams(
        _ first: String
    ) async throws -> (source: Source, streams: [ConfiguredStream], held: CaptureTests.Held) {
        let source = try await source(
            """
            CREATE VIEW a AS SELECT \(first) AS id;
            CREATE VIEW b AS SELECT 2 AS id, pg_advisory_lock_shared(2)::text AS held;
            CREATE VIEW c AS SELECT 3 AS id
            """, connections: 2)
        var streams: [ConfiguredStream] = []
        for name in ["a", "b", "c"] { streams.append(try await source.stream(name, sync: .fullRefresh)) }
        return (source, streams, try await hold("SELECT pg_advisory_lock(1), pg_advisory_lock(2)", source))
    }

    @Test func `streams are read at the same time`() async throws {
        let (source, streams, held) = try await waitingStreams(
            "CASE WHEN pg_advisory_lock_shared(1) IS NULL THEN 0 ELSE 1 END")
        async let reading = source.read(streams)
        try await eventually { try await self.number(Self.waiting, source) == 2 }
        try await Thread.value { try held.connection.execute(script: "COMMIT; SELECT pg_advisory_unlock_all()") }
        let run = try await reading
        #expect(run.exitCode == 0, "\(run.output.suffix(2))")
        #expect(Set(run.records.compactMap { $0["id"]?.intValue }) == [1, 2, 3])
        #expect(run.statuses.filter { $0 == "COMPLETE" }.count == 3)
        #expect(run.states.count == 3)
    }

    @Test func `a stream that fails lets those beside it end`() async throws {
        let (source, streams, held) = try await waitingStreams(
            "1 / (CASE WHEN pg_advisory_lock_shared(1) IS NULL THEN 1 ELSE 0 END)")
        async let reading = source.read(streams)
        try await eventually { try await self.number(Self.waiting, source) == 2 }
        try await Thread.value { try held.connection.execute(script: "SELECT pg_advisory_unlock(1)") }
        try await eventually { try await self.number(Self.waiting, source) == 1 }
        try await Thread.value { try held.connection.execute(script: "COMMIT; SELECT pg_advisory_unlock_all()") }
        let run = try await reading
        #expect(run.exitCode == 1)
        let ids = run.records.compactMap { $0["id"]?.intValue }
        #expect(ids.contains(2))
        #expect(run.statuses.contains("INCOMPLETE"))
        #expect(run.failure?["stream_descriptor"]?["name"] == "a")
    }

    /// Who changes a table waits for the read, and a connection that joined the read then would wait for them.
    @Test func `a table that somebody waits to change is read to its end`() async throws {
        let source = try await source(
            """
            CREATE TABLE items (id int PRIMARY KEY, note text);
            INSERT INTO items SELECT g, repeat('x', 300) FROM generate_series(1, 60000) g; ANALYZE items;
            CREATE VIEW other AS SELECT 1 AS id, pg_advisory_lock_shared(1)::text AS held
            """, connections: 2)
        let streams = [
            try await source.stream("other", sync: .fullRefresh), try await source.stream("items", sync: .fullRefresh),
        ]
        let held = try await hold("SELECT pg_advisory_lock(1)", source)
        let folder = try TemporaryFolder()
        try folder.write(source.configuration.bytes, to: "config")
        try folder.write(JSON.encode(ConfiguredCatalog(streams: streams)).bytes, to: "catalog")
        // Nothing of what is read is taken until all wait.
        let script = """
            '\(Program.directory)/swiftlet-connector' source-postgres read --config config --catalog catalog \
            | { for _ in $(seq 3000); do [ -e go ] && break; sleep 0.02; done; cat; } > output
            """
        var request = ChildRequest("/bin/bash", ["-o", "pipefail", "-c", script], directory: folder.path)
        request.environment = ["PATH": "/usr/bin:/bin"]
        request.descriptors = [nil, nil, nil]
        let child = try Child.spawn(request)
        let locks = "SELECT count(*) AS n FROM pg_locks WHERE relation = 'items'::regclass AND"
        try await eventually { try await self.number("\(locks) mode = 'AccessShareLock'", source) ?? 0 > 0 }
        try await eventually { try await self.number(Self.waiting, source) == 1 }
        async let changing: Void = source.execute("ALTER TABLE items ADD COLUMN more int")
        try await eventually { try await self.number("\(locks) NOT granted", source) == 1 }
        try await Thread.value { try held.connection.execute(script: "COMMIT; SELECT pg_advisory_unlock_all()") }
        try folder.write([], to: "go")
        let exit = await Thread.value { child.wait() }
        #expect(exit == .exited(0))
        try await changing
        let messages = try folder.read("output").split(separator: "\n").compactMap { try? JSON.parse(String($0)) }
        let ids = messages.filter { $0["record"]?["stream"] == "items" }.compactMap {
            $0["record"]?["data"]?["id"]?.intValue
        }
        #expect(ids == Array(1...60_000))
    }

    @Test(arguments: ["Standard", "Xmin"])
    func `a table that is emptied and filled just when it is to be read is read as it is then`(
        method: String
    ) async throws {
        var source = try await source(
            "CREATE TABLE items (id int PRIMARY KEY); INSERT INTO items SELECT generate_series(1, 1000)",
            connections: 1)
        source.configuration["replication_method"] = ["method": .string(method)]
        let mode: SyncMode = method == "Xmin" ? .incremental : .fullRefresh
        let items = try await source.stream("items", sync: mode)
        let held = try await hold("TRUNCATE items; INSERT INTO items VALUES (1), (2), (3)", source)
        let settled = source
        async let reading = settled.read([items])
        try await eventually { try await self.number(Self.waiting, settled) == 1 }
        try await Thread.value { try held.connection.execute(script: "COMMIT") }
        let run = try await reading
        #expect(run.exitCode == 0, "\(run.output.suffix(2))")
        #expect(run.records.compactMap { $0["id"]?.intValue } == [1, 2, 3])
    }

    @Test(arguments: ["Standard", "Xmin"])
    func `who may read one column of a table only reads that`(method: String) async throws {
        var source = try await source(
            """
            CREATE TABLE items (id int PRIMARY KEY, secret text);
            INSERT INTO items SELECT g, 'no' FROM generate_series(1, 1000) g;
            GRANT USAGE ON SCHEMA public TO public
            """, connections: 2)
        let password = literal(source.configuration["password"]?.stringValue ?? "")
        try await source.execute(
            "CREATE ROLE narrow LOGIN PASSWORD \(password); GRANT SELECT (id, xmin, ctid) ON items TO narrow")
        source.configuration["replication_method"] = ["method": .string(method)]
        source.configuration["username"] = "narrow"
        let items = try await source.stream("items", sync: method == "Xmin" ? .incremental : .fullRefresh)
        let run = try await source.read([items])
        #expect(run.exitCode == 0, "\(run.output.suffix(2))")
        #expect(run.records.count == 1000)
    }

    @Test func `a materialized view is read by xmin like a table`() async throws {
        var source = try await source(
            "CREATE MATERIALIZED VIEW m AS SELECT g AS id FROM generate_series(1, 1000) g", connections: 1)
        source.configuration["replication_method"] = ["method": "Xmin"]
        let run = try await source.read([source.stream("m", sync: .incremental)])
        #expect(run.exitCode == 0, "\(run.output.suffix(2))")
        #expect(run.records.count == 1000)
    }
}
