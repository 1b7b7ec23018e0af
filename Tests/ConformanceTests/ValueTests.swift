import SQL
import TestKit
import Testing

@Suite("Values", .timeLimit(.minutes(3)))
struct ValueTests {
    @Test(arguments: Dialect.Engine.allCases)
    func `every kind of value comes back as it went in`(engine: Dialect.Engine) async throws {
        let database = try await TestDatabase.open(engine)
        let bytes = database.dialect.bytes
        let texts = ["", "plain", "žluťoučký 🐎 漢字", "it's \"quoted\" \\ $1 ; --", "a\nb\tc"]
        let blobs: [[UInt8]] = [[], [0], [0, 255, 10, 92, 120], Array(0...255)]
        let integers: [Int64] = [0, -1, .max, .min]
        let doubles = [0.1, -1e300, .leastNonzeroMagnitude, 3, .infinity]
        try await database.write { session in
            try session.run(
                Query(trusted: "CREATE TABLE v (n BIGINT, d DOUBLE PRECISION, t TEXT, b \(bytes), f BOOLEAN)"))
            for text in texts { try session.run("INSERT INTO v (t) VALUES (\(text))") }
            for blob in blobs { try session.run("INSERT INTO v (b) VALUES (\(blob))") }
            for integer in integers { try session.run("INSERT INTO v (n) VALUES (\(integer))") }
            for double in doubles { try session.run("INSERT INTO v (d) VALUES (\(double))") }
            for flag in [true, false] { try session.run("INSERT INTO v (f) VALUES (\(flag))") }
        }
        try await database.read { session in
            for text in texts {
                let found = try session.value("SELECT t FROM v WHERE t = \(text)", as: String.self)
                #expect(found == text)
            }
            for blob in blobs {
                #expect(try session.value("SELECT b FROM v WHERE b = \(blob)", as: [UInt8].self) == blob)
            }
            for integer in integers {
                #expect(try session.value("SELECT n FROM v WHERE n = \(integer)", as: Int64.self) == integer)
            }
            for double in doubles {
                #expect(try session.value("SELECT d FROM v WHERE d = \(double)", as: Double.self) == double)
            }
            #expect(try session.value("SELECT count(*) FROM v WHERE f = \(true)", as: Int.self) == 1)
            let row = try #require(try session.row("SELECT n, t, f FROM v WHERE f = \(false)"))
            #expect(try row.get("f", as: Bool.self) == false)
            #expect(try row.getOptional("t", as: String.self) == nil)
            #expect(throws: DatabaseError.self) { try row.get("t", as: String.self) }
            #expect(throws: DatabaseError.self) { try row.get("absent", as: String.self) }
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a NUL in a text is refused and its text not repeated`(engine: Dialect.Engine) async throws {
        let database = try await TestDatabase.open(engine)
        let error = await #expect(throws: DatabaseError.self) {
            try await database.write { try $0.value("SELECT \("secret\0text")", as: String.self) }
        }
        #expect(error?.code == .constraintViolation)
        #expect(error?.description.contains("secret") == false)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `interpolated values are bound in any number and order, and never become SQL`(
        engine: Dialect.Engine
    ) async throws {
        let database = try await TestDatabase.open(engine)
        let injection = "x'); DROP TABLE w; --"
        let names = (0..<12).map { "n\($0)" }
        let found = try await database.write { session -> [String] in
            try session.run("CREATE TABLE w (id BIGINT PRIMARY KEY, name TEXT)")
            for (index, name) in names.enumerated() {
                try session.run("INSERT INTO w (id, name) VALUES (\(index), \(name))")
            }
            try session.run("INSERT INTO w (id, name) VALUES (\(100), \(injection))")
            let part: Query = "name = \(names[3]) OR name = \(injection)"
            let order: Fragment = "ORDER BY id"
            return try session.rows(
                "SELECT name FROM w WHERE id IN \(list: Array(0..<11)) AND name <> \(names[0]) AND (\(part)) \(order)"
            ).map { try $0.get("name") }
                + session.rows("SELECT name FROM w WHERE id IN \(list: [Int]())").map { try $0.get("name") }
                + session.rows(
                    Query(trusted: "SELECT name FROM w WHERE id = $2 AND id > $1", [.integer(0), .integer(7)])
                )
                .map { try $0.get("name") }
                + session.rows("SELECT name FROM w WHERE name = \(injection)").map { try $0.get("name") }
        }
        #expect(found == ["n3", "n7", injection])
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `run tells how many rows changed, also for one that answers rows`(engine: Dialect.Engine) async throws {
        let database = try await TestDatabase.open(engine)
        let counts = try await database.write { session in
            try session.run("CREATE TABLE c (n BIGINT PRIMARY KEY)")
            return [
                try session.run("INSERT INTO c VALUES (1), (2), (3)"),
                try session.run("UPDATE c SET n = n + 10 WHERE n > \(1)"),
                try session.run("DELETE FROM c WHERE n = 99"),
                try session.run("DELETE FROM c WHERE n > 10 RETURNING n"),
                try session.run("INSERT INTO c VALUES (1) ON CONFLICT DO NOTHING"),
            ]
        }
        #expect(counts == [3, 2, 0, 2, 0])
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `the database's clock is that of this machine`(engine: Dialect.Engine) async throws {
        let database = try await TestDatabase.open(engine)
        let first = try await database.read { try $0.now() }
        let second = try await database.read { try $0.now() }
        #expect(first > 1_600_000_000_000_000 && first < 4_000_000_000_000_000)
        #expect(second >= first)
    }
}
