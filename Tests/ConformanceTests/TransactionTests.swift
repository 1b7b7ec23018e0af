import Postgres
import SQL
import TestKit
import Testing

@Suite("Transactions", .timeLimit(.minutes(3)))
struct TransactionTests {
    struct Stop: Error {}

    @Test(arguments: Dialect.Engine.allCases)
    func `what a closure throws rolls everything back and comes out unchanged`(engine: Dialect.Engine) async throws {
        let database = try await counter(engine)
        await #expect(throws: Stop.self) {
            try await database.write { session in
                try session.run("UPDATE counter SET n = 7")
                throw Stop()
            }
        }
        #expect(try await value(database) == 0)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a failed statement spoils the transaction even when its error is swallowed`(
        engine: Dialect.Engine
    ) async throws {
        let database = try await counter(engine)
        await #expect(throws: DatabaseError.self) {
            try await database.write { session in
                try session.run("UPDATE counter SET n = 7")
                _ = try? session.run("SELECT * FROM absent")
            }
        }
        await #expect(throws: DatabaseError.self) {
            try await database.write { session in
                _ = try? session.run("SELECT * FROM absent")
                try session.run("UPDATE counter SET n = 8")
            }
        }
        #expect(try await value(database) == 0)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a single statement commits by itself and fails alone`(engine: Dialect.Engine) async throws {
        let database = try await counter(engine)
        let rows = try await database.commit("UPDATE counter SET n = n + 3 RETURNING n")
        #expect(try rows.map { try $0.get("n", as: Int.self) } == [3])
        #expect(try await value(database) == 3)
        await #expect(throws: DatabaseError.self) { try await database.commit("UPDATE absent SET n = 1") }
        for _ in 0..<3 { _ = try await database.commit("UPDATE counter SET n = n + 1") }
        #expect(try await value(database) == 6)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `what is asked once is answered of one state, whatever is written meanwhile`(
        engine: Dialect.Engine
    ) async throws {
        let database = try await counter(engine)
        async let written: Void = {
            for _ in 0..<100 { try await database.write { _ = try $0.run("UPDATE counter SET n = n + 1") } }
        }()
        for _ in 0..<100 {
            let twice = try await database.readOnce { session in
                try session.rows(["SELECT n FROM counter", "SELECT n FROM counter WHERE n >= 0"])
            }
            #expect(twice[0].map(\.values) == twice[1].map(\.values))
        }
        try await written
        let last = try await database.readOnce { session in
            _ = try session.row("SELECT n FROM counter")
            return try session.value("SELECT n FROM counter", as: Int.self)
        }
        #expect(last == 100)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `what is asked once changes nothing, and its failure is no later question's`(
        engine: Dialect.Engine
    ) async throws {
        let database = try await counter(engine)
        for _ in 0..<3 {
            await #expect(throws: DatabaseError.self) {
                try await database.readOnce { try $0.run("UPDATE counter SET n = 7") }
            }
            await #expect(throws: DatabaseError.self) {
                try await database.readOnce { session in
                    _ = try? session.rows(["SELECT n FROM counter", "SELECT n FROM absent"])
                }
            }
            await #expect(throws: Stop.self) {
                try await database.readOnce { session in
                    _ = try session.row("SELECT n FROM counter")
                    throw Stop()
                }
            }
            #expect(try await database.readOnce { try $0.value("SELECT n FROM counter", as: Int.self) } == 0)
        }
        guard engine == .postgres else { return }
        let open = try await database.readOnce { session in
            try session.value(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND state LIKE 'idle in transaction%'
                """, as: Int.self)
        }
        #expect(open == 0)
    }

    @Test func `a server that is to keep no statements answers what is asked once just so`() async throws {
        let made = try await counter(.postgres)
        var settings = try PostgresSettings(url: made.url)
        settings.preparedStatements = 0
        let database = PostgresDatabase(settings)
        for _ in 0..<2 {
            let found = try await database.readOnce { session in
                let first = try session.rows(["SELECT n FROM counter", "SELECT n + 1 AS n FROM counter"])
                return try (first + [session.rows("SELECT n + 2 AS n FROM counter")]).map {
                    try $0[0].get("n", as: Int.self)
                }
            }
            #expect(found == [0, 1, 2])
            await #expect(throws: DatabaseError.self) {
                try await database.readOnce { try $0.run("UPDATE counter SET n = 7") }
            }
        }
        await database.close()
        #expect(try await value(made) == 0)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `several queries at once are answered in their order, and fail as one`(engine: Dialect.Engine) async throws {
        let database = try await counter(engine)
        // The second time they are prepared.
        for _ in 0..<3 {
            let found = try await database.read { session in
                try session.rows(["SELECT n FROM counter", "SELECT n FROM counter WHERE n > 5", "SELECT \(7) AS n"])
            }
            #expect(try found.map { try $0.map { try $0.get("n", as: Int.self) } } == [[0], [], [7]])
        }
        try await database.write { session throws in
            try session.run("UPDATE counter SET n = 7")
            #expect(try session.rows(["SELECT n FROM counter", "SELECT n + 1 AS n FROM counter"]).count == 2)
        }
        await #expect(throws: DatabaseError.self) {
            try await database.write { session in
                try session.run("UPDATE counter SET n = 8")
                _ = try? session.rows(["SELECT n FROM counter", "SELECT n FROM absent"])
            }
        }
        #expect(try await value(database) == 7)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `concurrent writers lose no update`(engine: Dialect.Engine) async throws {
        let database = try await counter(engine)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    try await database.write { session in
                        let lock = session.dialect.forUpdate
                        let n = try session.value("SELECT n FROM counter \(lock)", as: Int.self) ?? 0
                        try session.run("UPDATE counter SET n = \(n + 1)")
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await value(database) == 100)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a transaction that only reads refuses to write`(engine: Dialect.Engine) async throws {
        let database = try await counter(engine)
        let error = await #expect(throws: DatabaseError.self) {
            try await database.read { try $0.run("UPDATE counter SET n = 7") }
        }
        #expect(error?.code == .refused)
        #expect(try await value(database) == 0)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a reader sees one snapshot while another writes`(engine: Dialect.Engine) async throws {
        let database = try await counter(engine)
        let (began, hasBegun) = AsyncStream<Void>.makeStream()
        let gate = Gate()
        async let seen = database.read { session in
            let first = try session.value("SELECT n FROM counter", as: Int.self)
            hasBegun.yield()
            gate.wait()
            return [first, try session.value("SELECT n FROM counter", as: Int.self)]
        }
        for await _ in began { break }
        _ = try await database.write { try $0.run("UPDATE counter SET n = 5") }
        gate.open()
        #expect(try await seen == [0, 0])
        #expect(try await value(database) == 5)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `many reads that block do not hold up the cooperative pool`(engine: Dialect.Engine) async throws {
        let database = try await counter(engine)
        let gate = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<32 {
                group.addTask {
                    try await database.read { session in
                        _ = try session.now()
                        gate.wait()
                    }
                }
            }
            // Would never get through if the readers sat on the pool's threads.
            for _ in 0..<1000 { await Task.yield() }
            await Task.detached { gate.open() }.value
            try await group.waitForAll()
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a cancelled caller leaves the queue and a closed database refuses`(engine: Dialect.Engine) async throws {
        let database = try await counter(engine)
        let gate = Gate()
        let holders = (0..<8).map { _ in
            Task { try await database.read { _ in gate.wait() } }
        }
        let waiting = Task { try await database.read { try $0.now() } }
        waiting.cancel()
        let result = await waiting.result
        #expect(throws: CancellationError.self) { try result.get() }
        gate.open()
        for holder in holders { try await holder.value }
        await database.close()
        let error = await #expect(throws: DatabaseError.self) { try await database.read { try $0.now() } }
        #expect(error?.code == .unavailable)
    }

    private func counter(_ engine: Dialect.Engine) async throws -> TestDatabase {
        let database = try await TestDatabase.open(engine)
        try await database.write { session in
            try session.run("CREATE TABLE counter (n BIGINT NOT NULL)")
            try session.run("INSERT INTO counter VALUES (0)")
        }
        return database
    }

    private func value(_ database: any Database) async throws -> Int? {
        try await database.read { try $0.value("SELECT n FROM counter") }
    }
}
