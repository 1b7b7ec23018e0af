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

    /// A source and two databases to write to.
    private struct Pair {
        let server: ThrowawayPostgres
        let source: String
        let inBlocks: String
        let asRecords: String

        init(_ script: String) async throws {
            server = try await ThrowawayPostgres.shared()
            source = try await server.freshDatabase()
            inBlocks = try await server.freshDatabase()
            asRecords = try await server.freshDatabase()
            try await execute(script, in: source)
        }

        func execute(_ script: String, in url: String) async throws {
            try await Thread.value { try PostgresConnection(PostgresSettings(url: url)).execute(script: script) }
        }

        func rows(_ sql: String, in url: String) async throws -> [String] {
            try await Thread.value {
                try PostgresConnection(PostgresSettings(url: url)).rows(Query(trusted: sql)).map { row in
                    "\(row.values)"
                }
            }
        }

        /// Moves the streams to both databases, as each of them is to get them; answers with the states, and with
        /// whether any rows came in blocks.
        func move(_ streams: [ConfiguredStream], state: JSON? = nil) async throws -> (states: [JSON], inBlocks: Bool) {
            let records = try await move(streams, to: asRecords, state: state, blocks: false)
            #expect(!records.inBlocks)
            let moved = try await move(streams, to: inBlocks, state: state, blocks: true)
            for member in ["cursor", "cursor_record_count", "ctid", "is_complete"] {
                let (left, right) = (moved.states, records.states)
                #expect(
                    left.map { $0["stream"]?["stream_state"]?[member] }
                        == right.map { $0["stream"]?["stream_state"]?[member] })
            }
            return moved
        }

        private func move(
            _ streams: [ConfiguredStream], to url: String, state: JSON?, blocks: Bool
        ) async throws -> (states: [JSON], inBlocks: Bool) {
            let folder = try TemporaryFolder()
            try folder.write(server.connectorConfiguration(source).bytes, to: "source")
            try folder.write(server.connectorConfiguration(url).bytes, to: "destination")
            try folder.write(JSON.encode(ConfiguredCatalog(streams: streams)).bytes, to: "catalog")
            var reading = "read --config source --catalog catalog"
            if let state {
                try folder.write(JSON.array([state]).bytes, to: "state")
                reading += " --state state"
            }
            let program = "\(Program.directory)/swiftlet-connector"
            let script = """
                '\(program)' source-postgres \(reading) | tee moved \
                | '\(program)' destination-postgres write --config destination --catalog catalog > echoed
                """
            var environment = ["PATH": "/usr/bin:/bin"]
            if blocks { environment[RowBlock.variable] = RowBlock.postgres }
            var request = ChildRequest("/bin/bash", ["-o", "pipefail", "-c", script], directory: folder.path)
            request.environment = environment
            request.descriptors = [nil, nil, nil]
            let child = try Child.spawn(request)
            let exit = await Thread.value { child.wait() }
            let echoed = try folder.read("echoed")
            #expect(exit == .exited(0), "\(echoed)")
            let states = echoed.split(separator: "\n").compactMap { try? JSON.parse(String($0))["state"] }
            return (states, try folder.read("moved").contains(#"{"type":"ROWS""#))
        }

        /// Expects the same rows in both, but for what is new each time.
        func expectEqual(_ table: String) async throws {
            let sql = """
                SELECT (to_jsonb(whole) - '_airbyte_raw_id' - '_airbyte_extracted_at')::text AS row
                FROM \(table) AS whole ORDER BY id, 1
                """
            let (left, right) = (try await rows(sql, in: inBlocks), try await rows(sql, in: asRecords))
            #expect(left.count == right.count)
            for (one, other) in zip(left, right) where one != other { #expect(one == other) }
            let ids = try await rows("SELECT count(DISTINCT _airbyte_raw_id) = count(*) FROM \(table)", in: inBlocks)
            #expect(ids == ["[SQL.SQLValue.bool(true)]"])
        }
    }

    private func stream(
        _ pair: Pair, _ name: String, _ sync: SyncMode, _ mode: DestinationSyncMode, cursor: String? = nil
    ) async throws -> ConfiguredStream {
        let configuration = pair.server.connectorConfiguration(pair.source)
        let run = try await ConnectorRun.run(["source-postgres", "discover"], files: [("config", configuration)])
        let catalog = try run.messages.first?["catalog"]?.decode(AirbyteCatalog.self)
        let stream = try #require(catalog?.streams.first { $0.name == name })
        return ConfiguredStream(
            stream: stream, syncMode: sync, destinationSyncMode: mode, cursorField: cursor.map { [$0] },
            primaryKey: mode.isDedup ? [["id"]] : nil, generationID: 1, minimumGenerationID: 0, syncID: 7)
    }

    @Test(arguments: [DestinationSyncMode.append, .appendDedup])
    func `every type's values arrive as they do in records`(mode: DestinationSyncMode) async throws {
        let pair = try await Pair(Self.types)
        let every = try await stream(pair, "every", .fullRefresh, mode)
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

    @Test func `incremental reads and merges leave the same rows and states`() async throws {
        let pair = try await Pair(
            """
            CREATE TABLE items (id int PRIMARY KEY, changed timestamp, note text);
            INSERT INTO items SELECT g, timestamp '2024-01-01' + (g / 3) * interval '1 s', 'n' || g FROM generate_series(1, 40000) g;
            INSERT INTO items VALUES (0, NULL, 'never')
            """)
        let items = try await stream(pair, "items", .incremental, .appendDedup, cursor: "changed")
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
        let pair = try await Pair(
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
            var things = try await stream(pair, "things", .fullRefresh, mode)
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
        let pair = try await Pair(
            """
            CREATE TABLE plain (id int PRIMARY KEY, j json); INSERT INTO plain VALUES (1, '"a\\u0000b"');
            CREATE TABLE loose (id int, t text); INSERT INTO loose VALUES (1, 'x');
            CREATE TABLE changed (id int PRIMARY KEY, n int); INSERT INTO changed VALUES (1, 2)
            """)
        let plain = try await stream(pair, "plain", .fullRefresh, .append)
        #expect(try await !pair.move([plain]).inBlocks)
        try await pair.expectEqual("plain")
        // Its key may be null, for which the platform looks.
        let loose = try await stream(pair, "loose", .fullRefresh, .appendDedup)
        #expect(try await !pair.move([loose]).inBlocks)
        let changed = try await stream(pair, "changed", .fullRefresh, .append)
        try await pair.execute("ALTER TABLE changed ALTER n TYPE text; UPDATE changed SET n = 'two'", in: pair.source)
        #expect(try await !pair.move([changed]).inBlocks)
        try await pair.expectEqual("changed")
    }
}
