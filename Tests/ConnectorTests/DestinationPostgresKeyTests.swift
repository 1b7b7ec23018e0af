import Airbyte
import JSON
import Testing

/// The unique key by which destination-postgres merges, and the first load, which goes without.
@Suite("destination-postgres, keys", .timeLimit(.minutes(5)))
struct DestinationPostgresKeyTests {
    private static let integer: JSON = ["type": "integer"]
    private static let string: JSON = ["type": "string"]

    private static func stream(key: [String] = ["id"], mode: DestinationSyncMode = .appendDedup) -> ConfiguredStream {
        .test(
            "t", [("id", integer), ("v", integer), ("name", string)], mode: mode, key: key.map { [$0] }, cursor: ["v"])
    }

    private static func row(_ id: Int, _ v: Int, _ name: String, at time: Int64 = 1000) -> String {
        Messages.record("t", #"{"id":\#(id),"v":\#(v),"name":"\#(name)"}"#, at: time)
    }

    private static func uniqueKeys(_ destination: DestinationUnderTest) async throws -> [String] {
        try await destination.rows(
            """
            SELECT (SELECT string_agg(a.attname, ',' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = i.indexrelid)
            FROM pg_index i WHERE i.indrelid = 't'::regclass AND i.indisunique ORDER BY 1
            """)
    }

    @Test func `of equals in a first load the last that came stays, wherever the server put it`() async throws {
        let destination = try await DestinationUnderTest(.postgres)
        // Of very different widths, so that later rows go into the gaps that earlier pages have.
        let lines = (0..<3).flatMap { turn in
            (0..<3000).map { id in
                Self.row(id, 1, String(repeating: "x", count: (id * 7 + turn * 1300) % 4000) + " \(turn)")
            }
        }
        #expect(try await destination.write([Self.stream()], lines).exitCode == 0)
        #expect(
            try await destination.rows("SELECT count(*), count(DISTINCT id), min(right(name, 1)) FROM t")
                == ["3000|3000|2"])
        #expect(try await Self.uniqueKeys(destination) == ["id"])
    }

    @Test func `a key of NULLs is in one row after a first load as well`() async throws {
        let destination = try await DestinationUnderTest(.postgres)
        let lines = ["{\"id\":null,\"v\":1}", "{\"v\":2}", "{\"id\":1}"].map { Messages.record("t", $0) }
        for _ in 0..<2 { #expect(try await destination.write([Self.stream()], lines).exitCode == 0) }
        #expect(try await destination.rows("SELECT id, v FROM t ORDER BY id") == ["1|-", "-|2"])
    }

    @Test func `a table whose key changes, or is none any more, takes rows that the old one forbids`() async throws {
        let destination = try await DestinationUnderTest(.postgres)
        #expect(try await destination.write([Self.stream()], [Self.row(1, 1, "a")]).exitCode == 0)
        #expect(try await Self.uniqueKeys(destination) == ["id"])
        let both = [Self.row(1, 2, "a"), Self.row(1, 3, "b")]
        #expect(try await destination.write([Self.stream(key: ["id", "name"])], both).exitCode == 0)
        #expect(try await Self.uniqueKeys(destination) == ["id,name"])
        #expect(try await destination.rows("SELECT id, v, name FROM t ORDER BY v") == ["1|2|a", "1|3|b"])
        #expect(try await destination.write([Self.stream(mode: .append)], both).exitCode == 0)
        #expect(try await Self.uniqueKeys(destination) == [])
        #expect(try await destination.rows("SELECT count(*) FROM t") == ["4"])
        #expect(try await destination.write([Self.stream()], []).exitCode == 0)
        #expect(try await destination.rows("SELECT id, v, name FROM t") == ["1|3|b"])
        #expect(try await Self.uniqueKeys(destination) == ["id"])
    }

    @Test func `a key that somebody else declared is used and stays`() async throws {
        let destination = try await DestinationUnderTest(.postgres)
        try await destination.execute(
            """
            CREATE TABLE t (id bigint PRIMARY KEY, v bigint, name varchar, note text DEFAULT 'none', _airbyte_raw_id text,
                _airbyte_extracted_at timestamptz, _airbyte_meta jsonb, _airbyte_generation_id bigint);
            INSERT INTO t (id, v, note) VALUES (1, 1, 'of old'), (2, 9, 'kept')
            """)
        let lines = [Self.row(1, 2, "a"), Self.row(2, 2, "late"), Self.row(3, 1, "c")]
        for _ in 0..<2 { #expect(try await destination.write([Self.stream()], lines).exitCode == 0) }
        // What the stream does not have is as in a new row.
        #expect(
            try await destination.rows("SELECT id, v, name, note FROM t ORDER BY id")
                == ["1|2|a|none", "2|9|-|kept", "3|1|c|none"])
        #expect(try await Self.uniqueKeys(destination) == ["id"])
    }

    @Test func `tables that can have no unique key are merged, too`() async throws {
        let own = """
            _airbyte_raw_id text, _airbyte_extracted_at timestamptz, _airbyte_meta jsonb, _airbyte_generation_id bigint
            """
        for declaration in [
            "(id bigint, v bigint, name text, \(own)) PARTITION BY RANGE (v); CREATE TABLE p PARTITION OF t DEFAULT",
            "(id double precision, v bigint, name text, \(own))",
        ] {
            let destination = try await DestinationUnderTest(.postgres)
            try await destination.execute("CREATE TABLE t \(declaration)")
            var stream = Self.stream()
            stream.stream.jsonSchema["properties"]?["id"] = ["type": "number"]
            if declaration.contains("PARTITION") { stream = Self.stream() }
            for _ in 0..<2 {
                let lines = [Self.row(1, 1, "a"), Self.row(2, 1, "b"), Self.row(1, 2, "newer"), Self.row(2, 0, "late")]
                #expect(try await destination.write([stream], lines).exitCode == 0)
                #expect(
                    try await destination.rows("SELECT id::int, v, name FROM t ORDER BY id") == ["1|2|newer", "2|1|b"])
                #expect(try await destination.write([stream], [Self.row(2, 2, "newer")]).exitCode == 0)
                try await destination.execute("UPDATE t SET v = 1, name = 'b' WHERE id = 2")
            }
        }
    }

    @Test func `a table that views stand on has its key after it was replaced`() async throws {
        let destination = try await DestinationUnderTest(.postgres)
        for generation: Int64 in 1...3 {
            var stream = Self.stream()
            (stream.generationID, stream.minimumGenerationID) = (generation, generation)
            let lines = [Self.row(1, 1, "a"), Self.row(1, 2, "b"), Messages.complete("t")]
            #expect(try await destination.write([stream], lines).exitCode == 0)
            if generation == 1 { try await destination.execute("CREATE VIEW seen AS SELECT id, name FROM t") }
            if generation == 2 { try await destination.execute("DROP INDEX t_swiftlet_tmp_id_idx") }
            #expect(try await destination.rows("SELECT id, v FROM t") == ["1|2"])
        }
        #expect(try await Self.uniqueKeys(destination) == ["id"])
    }

    @Test func `the same values arrive as text and as binary`() async throws {
        let destination = try await DestinationUnderTest(.postgres)
        let fields: [(String, JSON)] = [
            ("n", ["type": "number"]), ("at", ["type": "string", "format": "date-time"]),
            (
                "local",
                ["type": "string", "format": "date-time", "airbyte_type": "timestamp_without_timezone"]
            ), ("day", ["type": "string", "format": "date"]),
            ("clock", ["type": "string", "format": "time", "airbyte_type": "time_without_timezone"]),
            ("zoned", ["type": "string", "format": "time", "airbyte_type": "time_with_timezone"]),
            ("flag", ["type": "boolean"]), ("i", Self.integer), ("s", Self.string), ("j", ["type": "object"]),
        ]
        let columns = fields.map(\.0).joined(separator: ", ")
        // A column of somebody else's type makes the server read text.
        try await destination.execute(
            """
            CREATE TABLE texts (_airbyte_raw_id varchar, _airbyte_extracted_at timestamptz, _airbyte_meta json,
                _airbyte_generation_id bigint)
            """)
        let numbers = [
            "0", "-0", "0.0", "-0.00", "1", "-1", "10000", "9999", "99990000", "0.0001", "0.00001", "1.50",
            "-123456789.987654321",
            "1e5", "1.5e-10", "1.500e1", "12345e-2", "-7E+3", "1e999", "1e-999", "0e10", "0e-7",
            "123456789012345678901234567890e20",
            "\"NaN\"", "\"Infinity\"", "\"-inf\"", String(repeating: "9", count: 131_072),
            "0." + String(repeating: "0", count: 16_382) + "1", "1" + String(repeating: "0", count: 131_071) + ".5",
        ]
        let times = [
            "0001-01-01T00:00:00Z", "4714-11-24T00:00:00Z BC", "0044-03-15T12:00:00Z BC", "1969-12-31T23:59:59.999999Z",
            "2000-01-01T00:00:00Z", "1999-12-31T23:59:59.999999+15:59", "294276-12-31T23:59:59.999999Z", "infinity",
            "-infinity",
            "2024-02-29",
        ]
        let clocks = ["00:00", "24:00:00", "23:59:59.999999", "12:30:00.5"]
        let zones = ["Z", "+15:59", "-12:34:56", "+05:30"]
        var lines: [(Int64, String)] = numbers.map { (1, #""n":\#($0)"#) }
        lines += times.map { (-62_135_596_800_001, #""at":"\#($0)","local":"\#($0)""#) }
        lines += ["4714-11-24 BC", "5874897-12-31", "infinity", "-infinity", "0001-12-31 BC", "1999-12-31"].map {
            (Int64.max / 2, #""day":"\#($0)""#)
        }
        lines += clocks.flatMap { clock in zones.map { (9, #""clock":"\#(clock)","zoned":"\#(clock)\#($0)""#) } }
        lines += [
            (
                1_700_000_000_123,
                #""flag":true,"i":-9223372036854775808,"s":"tab\t line\n \\ é\u0000","j":{"a":[1,"\u0000"]}"#
            ),
            (0, #""flag":false,"i":9223372036854775807,"s":"","j":{}"#), (-1, #""n":"x","at":1,"j":{"a":1e9999}"#),
        ]
        for name in ["texts", "binaries"] {
            let records = lines.map { Messages.record(name, "{\($0.1)}", at: $0.0) }
            let run = try await destination.write([.test(name, fields)], records)
            #expect(run.exitCode == 0, "\(run.output.suffix(1))")
        }
        let whole =
            "SELECT ROW(\(columns), _airbyte_extracted_at, _airbyte_meta::jsonb, _airbyte_generation_id)::text FROM"
        let found = try await destination.rows("\(whole) binaries")
        #expect(found.count == lines.count)
        #expect(Set(found).count > lines.count - 8)
        #expect(try await destination.rows("\(whole) texts EXCEPT ALL \(whole) binaries") == [])
        #expect(
            try await destination.rows(
                "SELECT count(*) FROM binaries WHERE _airbyte_meta ->> 'changes' <> '[]'") == ["2"])
    }
}
