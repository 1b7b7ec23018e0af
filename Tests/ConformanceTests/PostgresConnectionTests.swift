import Posix
import Postgres
import SQL
import TestKit
import Testing

/// The low-level connection, which blocks: each test runs it on a thread of its own.
@Suite("Postgres: connection", .timeLimit(.minutes(3)))
struct PostgresConnectionTests {
    struct Stop: Error {}

    @Test func `COPY takes many rows, and nothing of one that was abandoned or refused`() async throws {
        try await connected { connection in
            try connection.execute(script: "CREATE TABLE bulk (n BIGINT, t TEXT); CREATE INDEX ON bulk (n)")
            let copy = try PostgresCopyIn(into: "bulk", .text, on: connection)
            for n in 0..<50_000 { try copy.append(Array("\(n)\trow \(n)\n".utf8)) }
            #expect(try copy.finish() == 50_000)
            let abandoned = try PostgresCopyIn(into: "bulk", .text, on: connection)
            try abandoned.append(Array("1\tabandoned\n".utf8))
            abandoned.abandon()
            let refused = #expect(throws: DatabaseError.self) {
                let copy = try PostgresCopyIn(into: "bulk", .text, on: connection)
                for _ in 0..<100_000 { try copy.append(Array("not a number, classified\tx\n".utf8)) }
                try copy.finish()
            }
            #expect(refused?.native == "22P02")
            #expect(refused?.description.contains("classified") == false)
            #expect(throws: DatabaseError.self) { try PostgresCopyIn(into: "missing", .text, on: connection) }
            let tuples = try PostgresCopyIn(into: "bulk (n)", .binary, on: connection)
            try tuples.append([0, 1, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 9])
            #expect(try tuples.finish() == 1)
            #expect(try connection.run("DELETE FROM bulk WHERE t IS NULL AND n = 9") == 1)
            #expect(try connection.rows("SELECT count(*) FROM bulk").first?.values == [.integer(50_000)])
            var bytes = 0
            try connection.copyOut("COPY (SELECT n FROM bulk WHERE n < 10 ORDER BY n) TO STDOUT") { bytes += $0.count }
            #expect(bytes == 20)
            #expect(throws: Stop.self) { try connection.copyOut("COPY bulk TO STDOUT") { _ in throw Stop() } }
            #expect(try connection.rows("SELECT 1 AS one").first?.values == [.integer(1)])
        }
    }

    @Test func `rows are streamed one by one and a stream may be left`() async throws {
        try await connected { connection in
            var names: [String] = []
            var sum = 0
            var nulls = 0
            let query: Query =
                "SELECT n, CASE WHEN n > 2 THEN n END AS big FROM generate_series(1, CAST(\(5) AS int)) n"
            try connection.stream(query, columns: { names = $0.map(\.name) }) { row in
                sum += row[0].flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
                if row[1] == nil { nulls += 1 }
            }
            #expect(names == ["n", "big"])
            #expect(sum == 15)
            #expect(nulls == 2)
            var seen = 0
            #expect(throws: Stop.self) {
                try connection.stream("SELECT generate_series(1, 1000000000) AS n") { _ in
                    seen += 1
                    if seen == 3 { throw Stop() }
                }
            }
            #expect(throws: DatabaseError.self) {
                try connection.stream("SELECT 1 / (3 - n) FROM generate_series(1, 10) n") { _ in }
            }
            var described = false
            try connection.stream("SELECT 1 AS x WHERE false", columns: { described = $0.count == 1 }) { _ in }
            #expect(described)
            #expect(try connection.rows("SELECT 2 AS two").first?.values == [.integer(2)])
        }
    }

    @Test func `another thread can cancel what is running`() async throws {
        try await connected { connection in
            let canceller = connection.canceller
            let ended = Gate()
            let asked = Gate()
            Thread.start {
                // Asked again and again, for the statement may not have begun.
                while !ended.isOpenNow { canceller.cancel() }
                asked.open()
            }
            let error = #expect(throws: DatabaseError.self) { try connection.rows("SELECT pg_sleep(60)") }
            ended.open()
            asked.wait()
            #expect(error?.code == .cancelled)
        }
    }

    @Test func `types decode to their kinds`() async throws {
        try await connected { connection in
            let row = try connection.rows(
                """
                SELECT 1::int2, 2::int4, 3::int8, 4::oid, 1.5::float4, 'NaN'::float8, 1.10::numeric, true,
                       '\\x00ff'::bytea, NULL::text, '2024-01-02'::date, '{"a": 1}'::jsonb, ''::text, ''::bytea
                """
            ).first
            let values = try #require(row?.values)
            #expect(values[0...4] == [.integer(1), .integer(2), .integer(3), .integer(4), .double(1.5)])
            guard case .double(let nan) = values[5] else { throw Stop() }
            #expect(nan.isNaN)
            #expect(
                values[6...] == [
                    .text("1.10"), .bool(true), .bytes([0, 255]), .null, .text("2024-01-02"), .text("{\"a\": 1}"),
                    .text(""), .bytes([]),
                ])
            #expect(connection.serverVersion >= 130_000)
        }
    }

    @Test func `refused credentials are told at once and without the password`() async throws {
        let server = try await ThrowawayPostgres.shared()
        var settings = try PostgresSettings(url: server.url())
        settings.password = "wrong-but-secret"
        var missing = try PostgresSettings(url: server.url())
        missing.database = "absent"
        for (settings, native) in [(settings, "28P01"), (missing, "3D000")] {
            let database = PostgresDatabase(settings, patience: .seconds(3600))
            let error = await #expect(throws: DatabaseError.self) { try await database.read { try $0.now() } }
            #expect(error?.code == .refused)
            #expect(error?.native == native)
            for secret in ["wrong-but-secret", server.password] {
                #expect(error?.description.contains(secret) == false)
                var dumped = ""
                dump(settings, to: &dumped)
                #expect(!dumped.contains(secret))
                #expect(!"\(settings) \(String(reflecting: settings))".contains(secret))
            }
        }
    }

    private func connected(_ body: @escaping @Sendable (PostgresConnection) throws -> Void) async throws {
        let url = try await ThrowawayPostgres.shared().freshDatabase()
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            Thread.start {
                continuation.resume(
                    with: Result {
                        let connection = try PostgresConnection(PostgresSettings(url: url))
                        defer { connection.close() }
                        try body(connection)
                    })
            }
        }
    }
}
