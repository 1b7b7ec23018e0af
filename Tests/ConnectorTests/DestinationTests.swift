import Airbyte
import ConnectorKit
import JSON
import Testing

/// What holds for every destination that keeps typed tables.
@Suite("Destinations", .timeLimit(.minutes(5)))
struct DestinationTests {
    typealias Kind = DestinationUnderTest.Kind

    static let integer: JSON = ["type": "integer"]
    static let string: JSON = ["type": ["null", "string"]]

    @Test(arguments: Kind.allCases)
    func `a good configuration passes the check`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        let run = try await ConnectorRun.run(
            ["destination-\(kind.rawValue)", "check"], files: [("config", destination.configuration)])
        #expect(run.exitCode == 0)
        #expect(run.messages.first?["connectionStatus"]?["status"] == "SUCCEEDED")
        #expect(try await destination.tables().isEmpty)
    }

    @Test(arguments: Kind.allCases)
    func `rows are typed, and appended sync after sync`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        let stream = ConfiguredStream.test(
            "users",
            [
                ("id", Self.integer), ("name", Self.string), ("ok", ["type": "boolean"]),
                ("at", ["type": "string", "format": "date-time", "airbyte_type": "timestamp_with_timezone"]),
                ("tags", ["type": "array"]),
            ])
        let lines = [
            Messages.record(
                "users",
                #"{"id":1,"name":"a\tb\\n \"é\"","ok":true,"at":"2024-02-29T12:00:00+02:00","tags":[1,{"a":2}]}"#),
            Messages.record("users", #"{"ok":false,"id":2,"extra":5}"#), Messages.state("users", 1),
        ]
        for _ in 0..<2 {
            let run = try await destination.write([stream], lines)
            #expect(run.exitCode == 0)
            #expect(run.output == [lines[2]])
        }
        let at = kind == .sqlite ? "at" : "to_char(at, 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
        let tags = kind == .sqlite ? "tags ->> '$[1].a'" : "tags -> 1 ->> 'a'"
        #expect(
            try await destination.rows("SELECT id, name, ok, \(at), \(tags) FROM users ORDER BY id") == [
                "1|a\tb\\n \"é\"|1|2024-02-29T10:00:00.000000Z|2", "1|a\tb\\n \"é\"|1|2024-02-29T10:00:00.000000Z|2",
                "2|-|0|-|-", "2|-|0|-|-",
            ])
        #expect(
            try await destination.rows(
                "SELECT count(DISTINCT _airbyte_raw_id), min(_airbyte_generation_id), count(_airbyte_meta) FROM users")
                == ["4|1|4"])
    }

    @Test(arguments: Kind.allCases)
    func `a value of the wrong type becomes NULL with a change, and its row stays`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        let types: [(String, JSON, String)] = [
            ("i", Self.integer, #""x""#), ("i2", Self.integer, "2.5"), ("i3", Self.integer, "9223372036854775808"),
            ("n", ["type": "number"], #"{"a":1}"#), ("b", ["type": "boolean"], "3"),
            ("d", ["type": "string", "format": "date"], #""2023-02-29""#),
            ("t", ["type": "string", "format": "time", "airbyte_type": "time_without_timezone"], #""25:00""#),
            ("ts", ["type": "string", "format": "date-time"], #""yesterday""#),
            ("big", ["type": "number"], "1e999999"), ("j", ["type": "object"], #"{"a":1e999999}"#),
        ]
        let stream = ConfiguredStream.test("users", [("id", Self.integer)] + types.map { ($0.0, $0.1) })
        let data = types.map { #""\#($0.0)":\#($0.2)"# }.joined(separator: ",")
        let run = try await destination.write([stream], [Messages.record("users", #"{"id":7,\#(data)}"#)])
        #expect(run.exitCode == 0)
        let names = types.map(\.0)
        #expect(
            try await destination.rows("SELECT id, \(names.joined(separator: ", ")) FROM users")
                == ["7" + String(repeating: "|-", count: names.count)])
        let meta = try JSON.parse(
            try await destination.rows("SELECT CAST(_airbyte_meta AS text) FROM users").first ?? "")
        #expect(meta["sync_id"] == 9)
        let changes = meta["changes"]?.arrayValue ?? []
        #expect(changes.compactMap { $0["field"]?.stringValue } == names)
        #expect(changes.allSatisfy { $0["change"] == "NULLED" })
        #expect(changes.first?["reason"] == "DESTINATION_TYPECAST_ERROR")
        #expect(changes[2]["reason"] == "DESTINATION_FIELD_SIZE_LIMITATION")
    }

    @Test(arguments: Kind.allCases)
    func `values at the edges arrive exactly`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        let date: JSON = ["type": "string", "format": "date"]
        let local: JSON = ["type": "string", "format": "date-time", "airbyte_type": "timestamp_without_timezone"]
        let zoned: JSON = ["type": "string", "format": "date-time"]
        let time: JSON = ["type": "string", "format": "time", "airbyte_type": "time_with_timezone"]
        let cases: [(JSON, String, String)] = [
            (Self.integer, "-9223372036854775808", "-9223372036854775808"), (Self.integer, "1e3", "1000"),
            (Self.integer, #""42""#, "42"),
            (Self.integer, "9007199254740993.00", "9007199254740993"), (Self.integer, "-2.0", "-2"),
            (["type": "number"], "12345678901234567890.123", "12345678901234567890.123"),
            (["type": "number"], #""NaN""#, "NaN"), (["type": "number"], #""-Infinity""#, "-Infinity"),
            (["type": "number"], "0.1", "0.1"), (["type": "number"], "-0.00000000000000000001", ""),
            (Self.string, "12.50", "12.50"), (Self.string, #"{"a": 1}"#, #"{"a": 1}"#), (Self.string, #""""#, ""),
            (date, #""0044-03-15 BC""#, "0044-03-15 BC"), (date, #""infinity""#, "infinity"),
            (local, #""12345-06-07T08:09:10""#, ""), (zoned, #""0001-01-01T00:00:00+05:00""#, ""),
            (zoned, #""2024-01-01 00:00:00.123456789-00:30""#, ""), (time, #""23:59:60+05:30""#, ""),
            (time, #""24:00:00Z""#, ""), (["type": "object"], #"["\ud800","\u00e9"]"#, ""),
            (["type": ["string", "object"]], #""plain""#, #""plain""#), (["type": "number"], "-0", ""),
            (["type": "number"], "1.7976931348623157e308", ""), (["type": "number"], "5e-324", ""),
        ]
        let fields = cases.enumerated().map { ("c\($0)", $1.0) }
        let data = cases.enumerated().map { #""c\#($0)":\#($1.1)"# }.joined(separator: ",")
        let run = try await destination.write([.test("edges", fields)], [Messages.record("edges", "{\(data)}")])
        #expect(run.exitCode == 0, "\(run.output)")
        let list = fields.map { "CAST(\($0.0) AS text) AS \($0.0)" }.joined(separator: ", ")
        let values =
            try await destination.rows("SELECT \(list) FROM edges").first?.split(
                separator: "|", omittingEmptySubsequences: false) ?? []
        #expect(values.count == cases.count)
        for (value, expected) in zip(values, cases) {
            #expect(value != "-", "\(expected.1)")
            if !expected.2.isEmpty { #expect(value == expected.2) }
        }
        #expect(
            try await destination.rows("SELECT CAST(_airbyte_meta AS text) FROM edges").first?.contains("NULLED")
                == false)
    }

    @Test(arguments: Kind.allCases)
    func `NUL characters are left out and noted`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        let stream = ConfiguredStream.test("t", [("s", Self.string), ("j", ["type": "object"])])
        let run = try await destination.write(
            [stream], [Messages.record("t", #"{"s":"a\u0000b","j":{"k\u0000":"\u0000v\n"}}"#)])
        #expect(run.exitCode == 0)
        let value = kind == .sqlite ? "j ->> '$.k'" : "j ->> 'k'"
        #expect(try await destination.rows("SELECT s, \(value) FROM t") == ["ab|v\n"])
        let meta = try await destination.rows("SELECT CAST(_airbyte_meta AS text) FROM t").first ?? ""
        #expect(meta.split(separator: "TRUNCATED").count == 3)
    }

    @Test(arguments: Kind.allCases)
    func `a truncating sync replaces the table only once it is complete`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        func sync(_ generation: Int64, _ ids: [Int], complete: Bool) async throws -> ConnectorRun {
            try await destination.write(
                [.test("users", generation: generation, minimum: generation)],
                ids.map { Messages.record("users", #"{"id":\#($0)}"#) } + [Messages.state("users", 1)]
                    + (complete ? [Messages.complete("users")] : [Messages.status("users", "INCOMPLETE")]))
        }
        func ids() async throws -> [String] { try await destination.rows("SELECT id FROM users ORDER BY id") }

        #expect(try await sync(1, [1, 2], complete: true).exitCode == 0)
        #expect(try await ids() == ["1", "2"])
        let failed = try await sync(2, [3], complete: false)
        #expect(failed.states.count == 1)
        #expect(try await ids() == ["1", "2"])
        // The same generation goes on with what the attempt before it left.
        #expect(try await sync(2, [4], complete: true).exitCode == 0)
        #expect(try await ids() == ["3", "4"])
        // Once replaced, a further attempt of the generation adds to the table.
        #expect(try await sync(2, [5], complete: true).exitCode == 0)
        #expect(try await ids() == ["3", "4", "5"])
        _ = try await sync(3, [6], complete: false)
        // Another generation starts over.
        #expect(try await sync(4, [7], complete: true).exitCode == 0)
        #expect(try await ids() == ["7"])
        let late = try await destination.write(
            [.test("users", generation: 5, minimum: 5)],
            [Messages.complete("users"), Messages.record("users", #"{"id":8}"#), Messages.state("users", 1)])
        #expect(late.exitCode == 1)
        #expect(late.states.isEmpty)
        // A complete stream without rows leaves an empty table.
        #expect(try await sync(6, [], complete: true).exitCode == 0)
        #expect(try await ids().isEmpty)
        #expect(try await destination.tables() == ["users"])
    }

    @Test(arguments: Kind.allCases)
    func `overwrite without generations replaces the table at the end of a clean input`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        let stream = ConfiguredStream.test("users", mode: .overwrite, generation: nil, minimum: nil)
        _ = try await destination.write([stream], [Messages.record("users", #"{"id":1}"#)])
        let broken = try await destination.write([stream], [Messages.record("users", #"{"id":2}"#), "{ broken"])
        #expect(broken.exitCode == 1)
        #expect(try await destination.rows("SELECT id FROM users") == ["1"])
        #expect(try await destination.write([stream], [Messages.record("users", #"{"id":3}"#)]).exitCode == 0)
        #expect(try await destination.rows("SELECT id FROM users") == ["3"])
        #expect(try await destination.tables() == ["users"])
    }

    @Test(arguments: Kind.allCases)
    func `a table that views stand on can be replaced`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        func sync(_ generation: Int64, _ id: Int, _ fields: [(String, JSON)]) async throws {
            let run = try await destination.write(
                [.test("users", fields, generation: generation, minimum: generation)],
                [Messages.record("users", #"{"id":\#(id),"more":1}"#), Messages.complete("users")])
            #expect(run.exitCode == 0, "\(run.output)")
        }
        try await sync(1, 1, [("id", Self.integer)])
        try await destination.execute("CREATE VIEW seen AS SELECT id FROM users")
        try await sync(2, 2, [("id", Self.integer), ("more", Self.integer)])
        try await sync(3, 3, [("id", Self.integer), ("more", Self.integer)])
        #expect(try await destination.rows("SELECT id FROM seen") == ["3"])
        #expect(try await destination.rows("SELECT id, more FROM users") == ["3|1"])
        #expect(try await destination.tables() == ["users"])
    }

    @Test(arguments: Kind.allCases)
    func `deduplicated tables keep the newest row of each key`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        let stream = ConfiguredStream.test(
            "users", [("id", Self.integer), ("part", Self.string), ("v", Self.integer), ("name", Self.string)],
            mode: .appendDedup, key: [["id"], ["part"]], cursor: ["v"])
        func row(_ id: Int, _ v: String, _ name: String, _ time: Int64 = 1000, part: String = "a") -> String {
            Messages.record("users", #"{"id":\#(id),"part":"\#(part)","v":\#(v),"name":"\#(name)"}"#, at: time)
        }
        func rows() async throws -> [String] {
            try await destination.rows("SELECT id, part, v, name FROM users ORDER BY id, part")
        }
        let first = [
            row(1, "10", "new"), row(1, "9", "late in the batch"), row(2, "null", "no cursor"), row(2, "1", "a cursor"),
            row(3, "5", "same cursor", 2000), row(3, "5", "older extraction", 1000), row(1, "1", "other", part: "b"),
            row(4, "1", "first"), row(4, "1", "last of equals"),
        ]
        let expected = [
            "1|a|10|new", "1|b|1|other", "2|a|1|a cursor", "3|a|5|same cursor", "4|a|1|last of equals",
        ]
        // The second time the very same rows come again, as after a crash.
        for _ in 0..<2 {
            #expect(try await destination.write([stream], first).exitCode == 0)
            #expect(try await rows() == expected)
        }
        let second = [
            row(1, "9", "late"), row(2, "2", "newer"), row(3, "null", "no cursor any more", 9000),
            row(4, "1", "older extraction", 500), row(5, "1", "added"),
        ]
        #expect(try await destination.write([stream], second).exitCode == 0)
        #expect(
            try await rows() == [
                "1|a|10|new", "1|b|1|other", "2|a|2|newer", "3|a|5|same cursor", "4|a|1|last of equals", "5|a|1|added",
            ])
    }

    @Test(arguments: Kind.allCases)
    func `keys with NULLs in them are keys too`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        let stream = ConfiguredStream.test(
            "t", [("a", Self.integer), ("b", Self.string), ("x", Self.integer)], mode: .appendDedup,
            key: [["a"], ["b"]])
        for x in 1...2 {
            let run = try await destination.write(
                [stream],
                [#"{"a":1,"x":\#(x)}"#, #"{"a":1,"b":"y","x":\#(x)}"#].map { Messages.record("t", $0, at: Int64(x)) })
            #expect(run.exitCode == 0)
        }
        #expect(try await destination.rows("SELECT a, b, x FROM t ORDER BY b IS NULL") == ["1|y|2", "1|-|2"])
    }

    @Test(arguments: Kind.allCases)
    func `a source's column called rowid does not decide which duplicates go`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        let fields: [(String, JSON)] = [("id", Self.integer), ("rowid", Self.integer)]
        let lines = (1...3).map { Messages.record("t", #"{"id":\#($0),"rowid":7}"#, at: Int64($0)) }
        _ = try await destination.write([.test("t", fields)], lines + [Messages.record("t", #"{"id":1}"#, at: 9)])
        let run = try await destination.write([.test("t", fields, mode: .appendDedup, key: [["id"]])], [])
        #expect(run.exitCode == 0)
        #expect(try await destination.rows("SELECT id FROM t ORDER BY id") == ["1", "2", "3"])
    }

    @Test(arguments: Kind.allCases)
    func `widening a column leaves tables of similar names alone`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        let number: JSON = ["type": "number"]
        for type in [Self.integer, number] {
            let streams = ["t", "t_reshaped"].map { ConfiguredStream.test($0, [("n", $0 == "t" ? type : number)]) }
            let lines = streams.map { Messages.record($0.stream.name, #"{"n":1}"#) }
            #expect(try await destination.write(streams, lines).exitCode == 0)
        }
        #expect(try await destination.rows("SELECT count(*) FROM t_reshaped") == ["2"])
        #expect(try await destination.tables() == ["t", "t_reshaped"])
    }

    @Test func `many keys with NULLs in them are merged as quickly as others`() async throws {
        let destination = try await DestinationUnderTest(.postgres)
        let stream = ConfiguredStream.test(
            "t", [("a", Self.integer), ("b", Self.string), ("x", Self.integer)], mode: .appendDedup,
            key: [["a"], ["b"]])
        // Compared pair by pair this would take 900 million steps.
        let lines = (0..<30_000).map { Messages.record("t", #"{"a":\#($0),"x":1}"#) }
        for _ in 0..<2 { #expect(try await destination.write([stream], lines).exitCode == 0) }
        #expect(try await destination.rows("SELECT count(*), count(DISTINCT a) FROM t") == ["30000|30000"])
    }

    @Test(arguments: Kind.allCases)
    func `deleted rows go away and come back only when they are newer`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        let stream = ConfiguredStream.test(
            "t", [("id", Self.integer), ("lsn", Self.integer), ("_ab_cdc_deleted_at", Self.string)], mode: .appendDedup,
            key: [["id"]], cursor: ["lsn"])
        func row(_ id: Int, _ lsn: Int, deleted: Bool = false) -> String {
            Messages.record("t", #"{"id":\#(id),"lsn":\#(lsn),"_ab_cdc_deleted_at":\#(deleted ? "\"now\"" : "null")}"#)
        }
        _ = try await destination.write(
            [stream], [row(1, 1), row(2, 1), row(3, 9), row(4, 1), row(4, 2, deleted: true)])
        let run = try await destination.write(
            [stream], [row(1, 2, deleted: true), row(2, 2, deleted: true), row(2, 3), row(3, 4, deleted: true)])
        #expect(run.exitCode == 0)
        #expect(try await destination.rows("SELECT id, lsn FROM t ORDER BY id") == ["2|3", "3|9"])
    }

    private static func changes(_ fields: [(String, JSON)] = [], key: [[String]] = [["id"]]) -> ConfiguredStream {
        .test(
            "t", [("id", integer), ("lsn", integer), ("_ab_cdc_deleted_at", string)] + fields, mode: .appendDedup,
            key: key, cursor: ["lsn"])
    }

    private static func change(_ id: Int, _ lsn: Int, deleted: Bool = false) -> String {
        let time = deleted ? #""2024-01-01T00:00:00Z""# : "null"
        return Messages.record("t", #"{"id":\#(id),"lsn":\#(lsn),"_ab_cdc_deleted_at":\#(time)}"#, at: Int64(lsn))
    }

    @Test(arguments: Kind.allCases, [false, true])
    func `an older change that comes behind a deletion does not bring the row back`(
        kind: Kind, inLaterBatch: Bool
    ) async throws {
        for stream in [Self.changes(), Self.changes([("part", Self.string)], key: [["id"], ["part"]])] {
            let destination = try await DestinationUnderTest(kind)
            var lines = [(1, 1, false), (2, 1, false), (1, 20, true), (2, 20, true), (3, 20, true)].map {
                Self.change($0.0, $0.1, deleted: $0.2)
            }
            // More than one batch's rows.
            if inLaterBatch { lines += (0..<100_001).map { _ in Self.change(0, 1) } }
            lines += [Self.change(1, 10), Self.change(2, 30), Self.change(3, 20), Self.change(4, 1)]
            #expect(try await destination.write([stream], lines).exitCode == 0)
            let rows = try await destination.rows("SELECT id, lsn FROM t WHERE id > 0 ORDER BY id")
            #expect(rows == ["2|30", "3|20", "4|1"])
        }
    }

    @Test(arguments: Kind.allCases)
    func `soft deletes keep the row and say when it went`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind, ["cdc_deletion_mode": "Soft delete"])
        let lines = [Self.change(1, 1), Self.change(2, 1), Self.change(1, 20, deleted: true), Self.change(1, 10)]
        for _ in 0..<2 { #expect(try await destination.write([Self.changes()], lines).exitCode == 0) }
        let rows = try await destination.rows("SELECT id, lsn, _ab_cdc_deleted_at FROM t ORDER BY id")
        #expect(rows == ["1|20|2024-01-01T00:00:00Z", "2|1|-"])
        #expect(try await destination.write([Self.changes()], [Self.change(1, 30)]).exitCode == 0)
        #expect(try await destination.rows("SELECT id, lsn, _ab_cdc_deleted_at FROM t ORDER BY id")[0] == "1|30|-")
    }

    @Test(arguments: Kind.allCases)
    func `an appended table that is to be deduplicated loses its duplicates`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        let lines = (1...3).map { Messages.record("users", #"{"id":1,"name":"\#($0)"}"#, at: Int64($0)) }
        _ = try await destination.write([.test("users")], lines)
        let run = try await destination.write([.test("users", mode: .appendDedup, key: [["id"]])], [])
        #expect(run.exitCode == 0)
        #expect(try await destination.rows("SELECT id, name FROM users") == ["1|3"])
    }

    @Test(arguments: Kind.allCases)
    func `new columns are added and changed ones widened without losing a value`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        func sync(_ fields: [(String, JSON)], _ data: String) async throws {
            let run = try await destination.write([.test("t", fields)], [Messages.record("t", data)])
            #expect(run.exitCode == 0, "\(run.output)")
        }
        let boolean: JSON = ["type": "boolean"]
        let number: JSON = ["type": "number"]
        try await sync([("a", Self.integer), ("b", boolean), ("c", Self.integer)], #"{"a":1,"b":true,"c":1}"#)
        try await sync(
            [("a", number), ("b", Self.string), ("c", Self.integer), ("d", Self.string)],
            #"{"a":2.5,"b":"007","d":"x"}"#)
        try await sync([("a", Self.string), ("b", boolean), ("d", Self.string)], #"{"a":"z","b":false}"#)
        let rows = try await destination.rows("SELECT a, b, c, d FROM t ORDER BY a")
        #expect(rows == ["1|true|1|-", "2.5|007|-|x", "z|false|-|-"])
    }

    @Test(arguments: Kind.allCases)
    func `numbers that become texts keep every digit`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        let numbers = ["0.30000000000000004", "0.1", "12345678901234567890.1200", "-7", "9007199254740993"]
        for type in [["type": "number"], Self.string] as [JSON] {
            let run = try await destination.write(
                [.test("t", [("v", type)])], numbers.map { Messages.record("t", #"{"v":\#($0)}"#) })
            #expect(run.exitCode == 0)
        }
        #expect(try await Set(destination.rows("SELECT v FROM t")) == Set(numbers))
    }

    @Test(arguments: Kind.allCases)
    func `cursors of many digits are compared as numbers`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        let stream = ConfiguredStream.test(
            "t", [("id", Self.integer), ("v", ["type": "number"]), ("name", Self.string)], mode: .appendDedup,
            key: [["id"]], cursor: ["v"])
        func row(_ id: Int, _ v: String, _ name: String, _ time: Int64 = 1) -> String {
            Messages.record("t", #"{"id":\#(id),"v":\#(v),"name":"\#(name)"}"#, at: time)
        }
        let (low, high) = ("-12345678901234567890.5", "12345678901234567890.5")
        _ = try await destination.write([stream], [row(1, "5", "old"), row(2, high, "new"), row(3, low, "old")])
        let run = try await destination.write(
            [stream], [row(1, high, "new"), row(2, "5", "old"), row(3, "-1", "new"), row(4, high, "old")])
        #expect(run.exitCode == 0)
        _ = try await destination.write([stream], [row(4, high, "new", 2)])
        #expect(try await Set(destination.rows("SELECT name FROM t")) == ["new"])
        #expect(try await destination.rows("SELECT count(*) FROM t") == ["4"])
    }

    @Test(arguments: Kind.allCases)
    func `odd names become columns and tables of their own`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        let long = String(repeating: "l", count: 300)
        let names = [
            "select", "a b", "a-b", "a_b", "Name", "name", "_airbyte_raw_id", "é \\\"quoted\\\"", long, long + "x",
            "_swiftlet_seq", "rowid", "ctid", "oid",
        ]
        let parsed = try names.map { try JSON.parse("\"\($0)\"").stringValue ?? "" }
        let streams = ["order", "Order", "my stream", "my_stream", "users_swiftlet_tmp", long].map {
            ConfiguredStream.test($0, parsed.map { ($0, Self.integer) }, mode: .appendDedup, key: [["a b"]])
        }
        let data = "{" + names.enumerated().map { "\"\($1)\":\($0)" }.joined(separator: ",") + "}"
        let lines = streams.map { Messages.record($0.stream.name, data) }
        let run = try await destination.write(streams, lines + lines)
        #expect(run.exitCode == 0, "\(run.output)")
        let tables = try await destination.tables()
        #expect(tables.count == streams.count)
        for table in tables {
            let columns =
                kind == .sqlite
                ? try await destination.rows("SELECT name FROM pragma_table_info('\(table)')")
                : try await destination.rows(
                    "SELECT attname::text FROM pg_attribute WHERE attrelid = '\"\(table)\"'::regclass AND attnum > 0")
            #expect(columns.count == names.count + 4)
            let own = columns.dropFirst(4).map { "\"\($0)\"" }.joined(separator: ", ")
            #expect(
                try await destination.rows("SELECT \(own) FROM \"\(table)\"")
                    == [names.indices.map(String.init).joined(separator: "|")])
        }
    }

    @Test(arguments: Kind.allCases)
    func `streams of one name in two namespaces do not mix`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        let streams = [nil, "one", "two words"].map { ConfiguredStream.test("users", namespace: $0) }
        let run = try await destination.write(
            streams,
            [
                Messages.record("users", #"{"id":0}"#), Messages.record("users", #"{"id":1}"#, namespace: "one"),
                Messages.record("users", #"{"id":2}"#, namespace: "two words"),
            ])
        #expect(run.exitCode == 0)
        let tables =
            kind == .sqlite
            ? ["users", "one_users", "two_words_users"] : ["public.users", "one.users", "two_words.users"]
        for (id, table) in tables.enumerated() {
            #expect(try await destination.rows("SELECT id FROM \(table)") == ["\(id)"])
        }
    }

    @Test(arguments: Kind.allCases)
    func `states come back as they were, in order, and never before their rows are safe`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        let global = #"{"type":"STATE","state":{"type":"GLOBAL","global":{"stream_states":[]},"id":3},"zzz":0.10}"#
        let states = [Messages.state("users", 1), Messages.state("other", 2), global]
        let streams = [ConfiguredStream.test("users"), .test("other")]
        let run = try await destination.write(
            streams, [states[0], Messages.record("users", #"{"id":1}"#), states[1], states[2]])
        #expect(run.output == states)
        let broken = try await destination.write(
            streams, [Messages.record("users", #"{"id":2}"#), states[0], Messages.record("stranger", "{}")])
        #expect(broken.exitCode == 1)
        #expect(broken.states.isEmpty)
        #expect(broken.failure?["message"]?.stringValue?.contains("stranger") == true)
        #expect(try await destination.rows("SELECT id FROM users") == ["1"])
    }

    @Test(arguments: Kind.allCases)
    func `a catalog that cannot be followed is refused with a sentence`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        for stream in [
            ConfiguredStream.test(mode: .appendDedup), .test(mode: .appendDedup, key: [["nope"]]),
            .test(mode: .appendDedup, key: [["a", "b"]]), .test(generation: 5, minimum: 3),
        ] {
            let run = try await destination.write([stream], [])
            #expect(run.exitCode == 1)
            #expect(run.failure?["failure_type"] == "config_error")
            #expect(run.failure?["stream_descriptor"]?["name"] == "users")
        }
    }

    @Test(arguments: Kind.allCases)
    func `many rows in many batches all arrive once`(kind: Kind) async throws {
        let destination = try await DestinationUnderTest(kind)
        let filler = String(repeating: "x", count: 1000)
        var lines: [String] = []
        // More than one batch's bytes.
        for id in 0..<40_000 {
            lines.append(Messages.record("users", #"{"id":\#(id % 30_000),"name":"\#(filler)"}"#, at: Int64(id)))
            if id % 1000 == 999 { lines.append(Messages.state("users", id)) }
        }
        let run = try await destination.write([.test("users", mode: .appendDedup, key: [["id"]])], lines)
        #expect(run.exitCode == 0)
        #expect(run.states.compactMap { $0["id"]?.intValue } == Array(stride(from: 999, to: 40_000, by: 1000)))
        #expect(try await destination.rows("SELECT count(*), count(DISTINCT id) FROM users") == ["30000|30000"])
    }
}
