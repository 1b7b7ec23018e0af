import Airbyte
import ConnectorKit
import JSON
import Posix
import Postgres
import SQL
import TestKit
import Testing

/// Rows that go from one database to another in blocks, held against the same rows as records.
@Suite("Rows in blocks", .timeLimit(.minutes(5)))
struct RowBlockTests {
    private static let types = """
        CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE DOMAIN age AS int CHECK (VALUE > 0);
        CREATE TABLE every (
            id bigint PRIMARY KEY, a smallint, b int, c bigint, o oid, r real, d double precision, n numeric, m numeric(12,2),
            cash money, flag boolean, t text, v varchar(20), f char(10), born date, at timestamptz, local timestamp, clock time,
            zoned timetz, raw bytea, j jsonb, u uuid, feeling mood, years age, i inet, net cidr, span interval, bits bit(5),
            point point, range int4range, list int[], words text[], floats float8[], moments timestamptz[], x xml, tsv tsvector,
            "Größe, ''x\\y" text);
        INSERT INTO every VALUES
            (1, -32768, -2147483648, -9223372036854775808, 0, 'NaN', 'NaN', 'NaN', -0.01, '-$1,000.50', true, '', '', '',
            '0044-03-15 BC', '0044-03-15 12:00:00+00 BC', '-infinity', '00:00', '00:00+15:59', '', 'null', NULL, 'sad', 1,
            '10.0.0.1', '10.0.0.0/8', '1 year -2 days', B'00000', '(1,2)', 'empty', '{}', '{}', '{NaN,Infinity,0.1}',
            '{infinity}', '<a/>', '', 'x'),
            (2, 32767, 2147483647, 9223372036854775807, 4294967295, 'Infinity', '-Infinity', 'Infinity', 9999999999.99, '0',
            false, E'tab\\t line\\n back\\\\ quote" ''', 'Zoë 李', '  pad  ', '9999-12-31', '9999-12-31 23:59:59.999999+00',
            'infinity', '24:00', '23:59:59.999999-12', '\\x00ff5c22', '{"b": [1, 2.50, 1e10], "a": {"\\u00e9": "\\ud83d\\ude00"}}',
            'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'glad', 150, '::1/64', '::/0', '-00:00:01.5', B'10101', '(-1.5,1e300)',
            '[1,5)', '{1,NULL,3}', ARRAY['a"b', NULL, 'c,d', ''], '{}', '{2020-01-01 00:00:00+02}', '<b>é</b>', 'fat & rat'::text::tsvector,
            NULL),
            (3, 0, 0, 0, 1, 0.1, 0.1, 123456789012345678901234567890.123456789012345678901234567890, 1.50, '12.34', NULL,
            repeat('long ', 100000), 'x', 'y', 'infinity', 'infinity', '2020-02-29 01:02:03.4', '12:34:56.7', '12:34:56.7+02',
            decode(repeat('ab', 1000), 'hex'), '[]', NULL, NULL, NULL, '1.2.3.4/24', NULL, '10 mons', NULL, NULL, NULL, '{{1,2},{3,4}}',
            '{"",a}', NULL, NULL, NULL, NULL, ''),
            (4, 1, 1, 1, 1, 0.123456789, 0.12345678901234567, 1e-30, 0, '0.01', true, 'z', 'z', 'z', '-infinity', '-infinity',
            '0001-01-01', '00:00:00.000001', '00:00:00.000001+00', '\\x00', '"text"', NULL, NULL, NULL, NULL, NULL, NULL, NULL,
            NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
        INSERT INTO every (id) SELECT g FROM generate_series(5, 3000) g;
        """

    @Test(arguments: [DestinationSyncMode.append, .appendDedup])
    func `every type's values arrive as they do in records`(mode: DestinationSyncMode) async throws {
        let pair = try await DatabasePair(Self.types)
        let every = try await pair.stream("every", .fullRefresh, mode)
        #expect(try await pair.move([every]).inBlocks)
        try await pair.expectEqual("every")
        #expect(
            try await pair.rows("SELECT count(*) FROM every", in: pair.inBlocks) == ["[SQL.SQLValue.integer(3000)]"])
        // The null of JSON is none of a table's.
        for url in [pair.inBlocks, pair.asRecords] {
            let empty = "SELECT id FROM every WHERE id < 5 AND j IS NULL"
            #expect(try await pair.rows(empty, in: url) == ["[SQL.SQLValue.integer(1)]"])
        }
    }

    @Test func `rows found by their transaction arrive as they do in records`() async throws {
        var pair = try await DatabasePair(Self.types)
        pair.method = ["method": "Xmin"]
        let every = try await pair.stream("every", .incremental, .appendDedup)
        let first = try await pair.move([every])
        #expect(first.inBlocks)
        try await pair.expectEqual("every")
        try await pair.execute("UPDATE every SET t = 'new' WHERE id % 7 = 0", in: pair.source)
        #expect(try await pair.move([every], state: first.states.last).inBlocks)
        try await pair.expectEqual("every")
        #expect(
            try await pair.rows("SELECT count(*) FROM every WHERE t = 'new'", in: pair.inBlocks)
                == ["[SQL.SQLValue.integer(428)]"])
    }

    @Test(arguments: [DestinationSyncMode.append, .appendDedup])
    func `a copy whose changes follow arrives as it does in records`(mode: DestinationSyncMode) async throws {
        let source = try await CaptureSource(Self.types)
        var pair = try await DatabasePair("SELECT 1", source: source.url)
        pair.method = source.configuration["replication_method"] ?? .null
        let every = try await pair.stream("every", .incremental, mode)
        let first = try await pair.move([every])
        #expect(first.inBlocks)
        try await pair.expectEqual("every")
        let columns = """
            SELECT count(*) AS n, count(_ab_cdc_lsn) AS lsn, count(DISTINCT _ab_cdc_updated_at) AS times,
                count(_ab_cdc_deleted_at) AS deleted, min(pg_typeof(_ab_cdc_lsn)::text) AS type FROM every
            """
        let found = try await pair.rows(columns, in: pair.inBlocks)
        #expect(found == (try await pair.rows(columns, in: pair.asRecords)))
        #expect(found.first?.contains("integer(3000)") == true)
        try await source.execute("UPDATE every SET t = 'new' WHERE id % 7 = 0; DELETE FROM every WHERE id % 10 = 0")
        _ = try await pair.move([every], state: first.states.last)
        try await pair.expectEqual("every")
    }

    /// A quote with an accent behind it is one character to Swift, and ends a name all the same.
    @Test(arguments: [DestinationSyncMode.append, .appendDedup])
    func `names that would end their quotes are names`(mode: DestinationSyncMode) async throws {
        let name = "t\"\u{301}; DROP TABLE victim CASCADE; --"
        let column = "c\"\u{301}, (SELECT 1) AS \"\u{301}"
        let pair = try await DatabasePair(
            """
            CREATE TABLE victim (id int);
            CREATE TABLE \(SQLText.identifier(name)) (id int PRIMARY KEY, \(SQLText.identifier(column)) text);
            INSERT INTO \(SQLText.identifier(name)) VALUES (1, E'\u{301}\\'\u{301}'), (2, '\\\u{301}')
            """)
        let table = try await pair.stream(name, .fullRefresh, mode)
        #expect(try await pair.move([table]).inBlocks)
        try await pair.expectEqual(quote(IdentifierRules(maximumBytes: 63, ignoresCase: false).clean(name)))
        #expect(try await pair.rows("SELECT count(*) FROM victim", in: pair.source) == ["[SQL.SQLValue.integer(0)]"])
    }

    @Test func `incremental reads and merges leave the same rows and states`() async throws {
        let pair = try await DatabasePair(
            """
            CREATE TABLE items (id int PRIMARY KEY, changed timestamp, note text);
            INSERT INTO items SELECT g, timestamp '2024-01-01' + (g / 3) * interval '1 s', 'n' || g FROM generate_series(1, 40000) g;
            INSERT INTO items VALUES (0, NULL, 'never')
            """)
        let items = try await pair.stream("items", .incremental, .appendDedup, cursor: "changed")
        let first = try await pair.move([items])
        #expect(first.inBlocks)
        #expect(first.states.count > 2)
        try await pair.expectEqual("items")
        try await pair.execute(
            "UPDATE items SET note = 'new', changed = changed + interval '1 day' WHERE id % 7 = 0", in: pair.source)
        #expect(try await pair.move([items], state: first.states.last).inBlocks)
        try await pair.expectEqual("items")
        let updated = try await pair.rows("SELECT count(*) FROM items WHERE note = 'new'", in: pair.inBlocks)
        #expect(updated == ["[SQL.SQLValue.integer(5714)]"])
    }

    @Test func `a table whose columns are wider, or somebody else's, gets the values in its own types`() async throws {
        let pair = try await DatabasePair(
            """
            CREATE TABLE things (id int, n int, x numeric, at timestamptz, day date, clock time, zoned timetz, flag boolean, j jsonb);
            INSERT INTO things VALUES (1, 5, 1.50, '2024-01-02 03:04:05.6+00', '2024-01-02', '03:04', '03:04:05-12', true, '{"a": 1}'),
                (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), (3, -7, 2, '0044-03-15 12:00:00+00 BC', '0044-03-15 BC', '24:00', '00:00+05:30', false, '[]')
            """)
        for url in [pair.inBlocks, pair.asRecords] {
            try await pair.execute(
                """
                CREATE TABLE things (_airbyte_raw_id varchar, _airbyte_extracted_at timestamptz, _airbyte_meta json,
                    _airbyte_generation_id bigint, id numeric, n text, x double precision, at text, day text, clock jsonb, zoned text,
                    flag varchar, j json)
                """, in: url)
        }
        for mode in [DestinationSyncMode.append, .appendDedup] {
            var things = try await pair.stream("things", .fullRefresh, mode)
            things.primaryKey = nil
            if mode.isDedup {
                try await pair.execute("ALTER TABLE things ALTER id SET NOT NULL", in: pair.source)
                things.primaryKey = [["id"]]
            }
            #expect(try await pair.move([things]).inBlocks)
            try await pair.expectEqual("things")
        }
    }

    @Test func `what only a record can say goes as a record`() async throws {
        let pair = try await DatabasePair(
            """
            CREATE TABLE plain (id int PRIMARY KEY, j json); INSERT INTO plain VALUES (1, '"a\\u0000b"');
            CREATE TABLE loose (id int, t text); INSERT INTO loose VALUES (1, 'x');
            CREATE TABLE changed (id int PRIMARY KEY, n int); INSERT INTO changed VALUES (1, 2)
            """)
        let plain = try await pair.stream("plain", .fullRefresh, .append)
        #expect(try await !pair.move([plain]).inBlocks)
        try await pair.expectEqual("plain")
        // Its key may be null, for which the platform looks.
        let loose = try await pair.stream("loose", .fullRefresh, .appendDedup)
        #expect(try await !pair.move([loose]).inBlocks)
        let changed = try await pair.stream("changed", .fullRefresh, .append)
        try await pair.execute("ALTER TABLE changed ALTER n TYPE text; UPDATE changed SET n = 'two'", in: pair.source)
        #expect(try await !pair.move([changed]).inBlocks)
        try await pair.expectEqual("changed")
    }
}
