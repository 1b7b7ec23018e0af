import Postgres
import SQL
import Synchronization
import TestKit
import Testing

@Suite("Postgres: recovery", .timeLimit(.minutes(2)))
struct PostgresRecoveryTests {
    @Test func `a server that was restarted or killed is used again without an error`() async throws {
        let server = try await ThrowawayPostgres.start()
        let database = PostgresDatabase(try PostgresSettings(url: server.url()))
        try await database.write { session in
            try session.run("CREATE TABLE kept (n BIGINT)")
            try session.run("INSERT INTO kept VALUES (1)")
        }
        // Several idle connections, all of which break.
        try await inParallel(8, database)
        try await server.restart()
        try await inParallel(8, database)
        try await server.kill()
        async let early = database.read { try $0.value("SELECT n FROM kept", as: Int.self) }
        try await server.restart()
        #expect(try await early == 1)
        try await inParallel(8, database)
        await database.close()
        try await server.stop()
    }

    @Test func `a listener hears again after the server was restarted`() async throws {
        let server = try await ThrowawayPostgres.start()
        let database = PostgresDatabase(try PostgresSettings(url: server.url()))
        let listener = Listener(database.notices(on: "news"))
        await listener.next()
        try await server.restart()
        // The notice that it listens again, then one of its own.
        await listener.next()
        var heard = false
        while !heard {
            try await database.write { try $0.notify("news") }
            heard = await listener.next(within: .milliseconds(300))
        }
        await database.close()
        try await server.stop()
    }

    @Test func `a server that is away is waited for only so long`() async throws {
        let server = try await ThrowawayPostgres.start()
        let database = PostgresDatabase(try PostgresSettings(url: server.url()), patience: .milliseconds(300))
        try await server.stop()
        let error = await #expect(throws: DatabaseError.self) { try await database.read { try $0.now() } }
        #expect(error?.code == .unavailable)
        #expect(error?.description.contains(server.password) == false)
    }

    @Test func `a reader whose first statement fails is told why, and the next one on its connection is answered`()
        async throws
    {
        let database = try await TestDatabase.open(.postgres)
        // From the second time on the statement is prepared, and sent together with the beginning.
        for divisor in [2, 5, 0, 10] {
            let answer = try? await database.read { try $0.value("SELECT 10 / \(divisor)", as: Int.self) }
            #expect(answer == (divisor == 0 ? nil : 10 / divisor))
        }
        let error = await #expect(throws: DatabaseError.self) {
            try await database.read { try $0.value("SELECT 10 / \(0)", as: Int.self) }
        }
        #expect(error?.native == "22012")
    }

    @Test func `a reader that asks nothing, or not at once, leaves its connection as it was`() async throws {
        let database = try await TestDatabase.open(.postgres)
        #expect(try await database.read { _ in 1 } == 1)
        await #expect(throws: DatabaseError.self) { try await database.read { _ in throw Self.refusal } }
        _ = try await database.commit("CREATE TABLE made (n BIGINT)")
        try await database.write { _ = try $0.run("INSERT INTO made VALUES (1)") }
        #expect(try await database.read { try $0.value("SELECT n FROM made", as: Int.self) } == 1)
    }

    private static let refusal = DatabaseError(.other, "not asked")

    @Test func `a reader that breaks every connection is given up`() async throws {
        let database = try await TestDatabase.open(.postgres)
        let runs = Mutex(0)
        for _ in 0..<2 {
            let error = await #expect(throws: DatabaseError.self) {
                try await database.read { session in
                    runs.withLock { $0 += 1 }
                    _ = try session.rows("SELECT pg_terminate_backend(pg_backend_pid())")
                }
            }
            #expect(error?.code == .unavailable)
        }
        #expect(runs.withLock { $0 } <= 6)
    }

    @Test func `a connection that breaks before the commit has its transaction run again`() async throws {
        let database = try await TestDatabase.open(.postgres)
        try await database.write { _ = try $0.run("CREATE TABLE once (n BIGINT)") }
        let runs = Mutex(0)
        try await database.write { session in
            try session.run("INSERT INTO once VALUES (1)")
            if runs.withLock({ runs in (runs += 1, runs).1 }) == 1 {
                try session.run("SELECT pg_terminate_backend(pg_backend_pid())")
            }
        }
        #expect(runs.withLock { $0 } == 2)
        #expect(try await database.read { try $0.value("SELECT count(*) FROM once", as: Int.self) } == 1)
    }

    @Test func `a connection that breaks during the commit leaves the caller to find out`() async throws {
        let database = try await TestDatabase.open(.postgres)
        try await database.write { session in
            try session.run("CREATE TABLE doubtful (n BIGINT)")
            try session.run(
                """
                CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'
                """)
            try session.run(
                """
                CREATE CONSTRAINT TRIGGER die AFTER INSERT ON doubtful DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION die()
                """)
        }
        let runs = Mutex(0)
        let error = await #expect(throws: DatabaseError.self) {
            try await database.write { session in
                runs.withLock { $0 += 1 }
                try session.run("INSERT INTO doubtful VALUES (1)")
            }
        }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("unknown") == true)
        #expect(runs.withLock { $0 } == 1)
        #expect(try await database.read { try $0.now() } > 0)
    }

    @Test func `a single statement whose connection breaks leaves the caller to find out`() async throws {
        let database = try await TestDatabase.open(.postgres)
        let error = await #expect(throws: DatabaseError.self) {
            try await database.commit("SELECT pg_terminate_backend(pg_backend_pid())")
        }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("unknown whether the change was made") == true)
        #expect(try await database.commit("SELECT 1 AS n").count == 1)
    }

    @Test func `transactions that deadlock are run again until both are through`() async throws {
        let database = try await TestDatabase.open(.postgres)
        try await database.write { session in
            try session.run("CREATE TABLE pair (id BIGINT PRIMARY KEY, n BIGINT NOT NULL)")
            try session.run("INSERT INTO pair VALUES (1, 0), (2, 0)")
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (first, second) in [(1, 2), (2, 1)] {
                group.addTask {
                    try await database.write { session in
                        try session.run("SET LOCAL deadlock_timeout = '50ms'")
                        try session.run("UPDATE pair SET n = n + 1 WHERE id = \(first)")
                        try session.run("SELECT pg_sleep(0.2)")
                        try session.run("UPDATE pair SET n = n + 1 WHERE id = \(second)")
                    }
                }
            }
            try await group.waitForAll()
        }
        let sum = try await database.read { try $0.value("SELECT CAST(sum(n) AS BIGINT) FROM pair", as: Int.self) }
        #expect(sum == 4)
    }

    @Test func `a statement that changed its columns under a prepared plan still answers`() async throws {
        let database = try await TestDatabase.open(.postgres)
        try await database.write { session in
            try session.run("CREATE TABLE wide (a BIGINT)")
            try session.run("INSERT INTO wide VALUES (1)")
        }
        for column in ["b", "c"] {
            let before = try await database.write { try $0.rows("SELECT * FROM wide").first?.values.count }
            try await database.write { session in
                _ = try session.run(Query(trusted: "ALTER TABLE wide ADD COLUMN \(column) TEXT"))
            }
            let after = try await database.write { try $0.rows("SELECT * FROM wide").first?.values.count }
            #expect(after == before.map { $0 + 1 })
        }
    }

    private func inParallel(_ count: Int, _ database: any Database) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                group.addTask {
                    try await database.read { session in
                        #expect(try session.value("SELECT n FROM kept", as: Int.self) == 1)
                        _ = try session.rows("SELECT pg_sleep(0.05)")
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
