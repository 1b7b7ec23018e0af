import Airbyte
import ConnectorKit
import JSON
import SQL
import TestKit
import Testing

/// Tables made up at random, moved from Postgres to Postgres: in blocks, as records, and held against the source itself.
@Suite("Tables made up at random", .timeLimit(.minutes(5)))
struct GeneratedTableTests {
    /// A type, and SQL for a random value of it, of the row number `g`.
    private struct Kind {
        let type: String
        let values: [String]
        /// What the destination's column reads like the source's; nil where the destination has a text of its own form.
        var read: String?

        init(_ type: String, _ values: [String], read: String? = "::text") {
            self.type = type
            self.values = values
            self.read = read
        }
    }

    private static let kinds = [
        Kind("smallint", ["(g * 7919 % 65536 - 32768)::smallint", "0::smallint"]),
        Kind("integer", ["(g::bigint * 2654435761 % 4294967296 - 2147483648)::int", "-1"]),
        Kind(
            "bigint", ["(g::numeric * 6364136223846793005 % 18446744073709551616 - 9223372036854775808)::bigint", "0"]),
        Kind(
            "numeric", ["round((random() * 10 ^ (g % 30))::numeric, g % 12)", "'NaN'", "-0.000000000000000000001 * g"]),
        Kind("numeric(18,4)", ["(g * 12345.6789)::numeric(18,4)", "0"], read: "::numeric::text"),
        Kind("double precision", ["random() * 10 ^ (g % 300 - 150)", "0.1 + 0.2"], read: "::numeric::float8::text"),
        Kind("boolean", ["g % 2 = 0"]),
        Kind("text", ["repeat(chr(g % 50000 + 1), g % 40)", "E'\\\\ \\t \\n \"' || g", "''", "'\\N'", "'null'"]),
        Kind("varchar(12)", ["left(md5(g::text), g % 13)"]),
        Kind("uuid", ["md5(g::text)::uuid"]),
        Kind("date", ["date '0001-01-01' + g * 365", "'infinity'", "'0044-03-15 BC'"], read: nil),
        Kind("timestamptz", ["timestamptz 'epoch' + g * interval '98765.432101 s'", "'-infinity'"]),
        Kind("timestamp", ["timestamp '1999-12-31 23:59:59.999999' + g * interval '1.000001 s'"]),
        Kind("time", ["time '00:00' + g * interval '7.000013 s'", "'24:00'"]),
        Kind(
            "jsonb",
            ["jsonb_build_object('k', g, 'a', jsonb_build_array(null, 1.50, chr(g % 500 + 1)))", "'\"x\"'", "'[]'"]),
        Kind("bytea", ["decode(md5(g::text), 'hex')", "''"], read: nil),
        Kind("int[]", ["ARRAY[g, NULL, -g]", "'{}'"], read: nil),
        Kind("interval", ["g * interval '1 day 2.5 s'"], read: nil),
    ]

    /// Names as people and programs give them.
    private static let names = [
        "order", "Order", "ORDER", "select", "user name", "é", "e\u{301}", "a\"b", "q\"\u{301}'; --", "_airbyte_data",
        "日付",
        String(repeating: "long", count: 15) + "A", String(repeating: "long", count: 15) + "B", "$1", "x.y", "%s", "\\",
    ]

    @Test(arguments: 1...8)
    func `a table of any columns arrives value by value`(number: UInt64) async throws {
        let seed = SeededRandom.seed(from: "SWIFTLET_TABLE_SEED") &+ number
        print("SWIFTLET_TABLE_SEED=\(seed &- number), table \(number)")
        var random = SeededRandom(seed: seed)
        let names = Self.names.shuffled(using: &random).prefix(Int.random(in: 1...12, using: &random))
        let columns = names.map { ($0, Self.kinds.randomElement(using: &random) ?? Self.kinds[0]) }
        let rows = Int.random(in: 0...3000, using: &random)
        let values = columns.map { _, kind in
            let value = kind.values.randomElement(using: &random) ?? "NULL"
            return
                "CASE WHEN g % \(Int.random(in: 2...9, using: &random)) = 0 THEN NULL ELSE (\(value))::\(kind.type) END"
        }
        let definitions = columns.map { ", \(quote($0.0)) \($0.1.type)" }.joined()
        let pair = try await DatabasePair(
            """
            CREATE TABLE made (id int PRIMARY KEY\(definitions));
            INSERT INTO made SELECT g\(values.map { ", \($0)" }.joined()) FROM generate_series(1, \(rows)) g
            """)
        let mode: DestinationSyncMode = Bool.random(using: &random) ? .append : .appendDedup
        let made = try await pair.stream("made", .fullRefresh, mode)
        #expect(try await pair.move([made]).inBlocks || rows == 0)
        try await pair.expectEqual("made")

        let fields = made.stream.jsonSchema["properties"]?.objectValue?.keys ?? []
        let assigned = IdentifierRules(
            maximumBytes: 63, ignoresCase: false, systemColumns: ["tableoid", "ctid", "xmin", "xmax", "cmin", "cmax"]
        ).assign(
            fields.map { ($0, $0) },
            reserved: TableSchema.ownColumns.map(\.name) + [
                TableSchema.sequence, "tableoid", "ctid", "xmin", "xmax", "cmin", "cmax",
            ])
        for (field, arrivedName) in zip(fields, assigned) {
            guard let (name, kind) = columns.first(where: { $0.0.hasSameBytes(as: field) }), let read = kind.read else {
                continue
            }
            let source = try await pair.rows(
                "SELECT \(quote(name))\(read) AS v FROM made ORDER BY id", in: pair.source)
            let arrived = try await pair.rows(
                "SELECT \(quote(arrivedName))\(read) AS v FROM made ORDER BY id", in: pair.inBlocks)
            #expect(source == arrived, "\(name), \(kind.type)")
        }
        let count = try await pair.rows("SELECT count(*) AS n FROM made", in: pair.inBlocks)
        #expect(count == ["[SQL.SQLValue.integer(\(rows))]"])
    }
}
