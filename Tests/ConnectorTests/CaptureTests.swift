import Airbyte
import ConnectorKit
import JSON
import Posix
import Postgres
import SQL
import SourcePostgres
import TestKit
import Testing

@Suite("source-postgres, changes from the log", .timeLimit(.minutes(5)))
struct CaptureTests {
    @Test func `the first read copies the tables and the next one brings what changed`() async throws {
        let source = try await CaptureSource(
            """
            CREATE TABLE t (id int PRIMARY KEY, v text, n numeric);
            INSERT INTO t SELECT g, 'v' || g, g / 4.0 FROM generate_series(1, 500) g;
            """, checkpointRows: 100)
        let first = try await source.read(["t"])
        #expect(first.exitCode == 0, "\(first.output.suffix(3))")
        #expect(first.records.count == 500)
        #expect(first.statuses == ["STARTED", "RUNNING", "COMPLETE"])
        #expect(first.states.count > 2)
        #expect(first.states.allSatisfy { $0["type"] == "GLOBAL" })
        let counts = first.states.compactMap { $0["sourceStats"]?["recordCount"]?.doubleValue }
        #expect(counts.reduce(0, +) == 500)
        try await source.execute(
            """
            INSERT INTO t VALUES (501, 'new', NULL); UPDATE t SET v = 'changed' WHERE id = 1; DELETE FROM t WHERE id = 2;
            UPDATE t SET id = 1003 WHERE id = 3;
            """)
        let second = try await source.read(["t"], state: first.lastState)
        #expect(second.exitCode == 0, "\(second.output.suffix(3))")
        #expect(second.records.compactMap { $0["id"]?.intValue } == [501, 1, 2, 3, 1003])
        #expect(second.records.map { $0["_ab_cdc_deleted_at"]?.isNull } == [true, true, false, false, true])
        #expect(second.records[2]["v"]?.isNull == true)
        #expect(second.records.allSatisfy { $0["_ab_cdc_updated_at"]?.stringValue?.hasSuffix("Z") == true })
        let lsns = second.records.compactMap { $0["_ab_cdc_lsn"]?.intValue }
        #expect(lsns == lsns.sorted())
        #expect(try await source.table("t") == ConnectorRun.folded(first.messages + second.messages, "t"))
        let third = try await source.read(["t"], state: second.lastState)
        #expect(third.records.isEmpty)
        #expect(third.exitCode == 0)
    }

    @Test func `discover tells what can be captured and how`() async throws {
        let source = try await CaptureSource(
            """
            CREATE TABLE keyed (id int PRIMARY KEY, v text, g int GENERATED ALWAYS AS (id + 1) STORED);
            CREATE TABLE bare (id int); CREATE TABLE hidden (id int PRIMARY KEY); CREATE VIEW seen AS SELECT 1 AS id;
            CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY RANGE (id);
            CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
            """, publication: "FOR TABLE keyed, bare, parted")
        let catalog = try #require(
            try await source.run("discover").messages.first?["catalog"]?.decode(AirbyteCatalog.self))
        #expect(catalog.streams.map(\.name) == ["bare", "hidden", "keyed", "parted", "seen"])
        for stream in catalog.streams {
            let isCaptured = stream.name == "keyed" || stream.name == "parted"
            #expect(stream.supportedSyncModes == (isCaptured ? [.fullRefresh, .incremental] : [.fullRefresh]))
            #expect((stream.sourceDefinedCursor == true) == isCaptured)
            #expect((stream.defaultCursorField == ["_ab_cdc_lsn"]) == isCaptured)
        }
        let properties = catalog.streams[2].jsonSchema["properties"]?.objectValue?.map(\.key)
        #expect(properties == ["id", "v", "_ab_cdc_lsn", "_ab_cdc_updated_at", "_ab_cdc_deleted_at"])
    }

    @Test func `check says what is missing, a sentence each`() async throws {
        let server = try await ThrowawayPostgres.start()
        let source = try await CaptureSource("CREATE TABLE t (id int PRIMARY KEY)", server: server)
        #expect(try await source.run("check").messages.first?["connectionStatus"]?["status"] == "SUCCEEDED")
        func check(_ changes: JSONObject, _ words: String, user: String? = nil) async throws {
            var configuration = source.configuration
            var method = configuration["replication_method"] ?? [:]
            for (key, value) in changes { method[key] = value }
            configuration["replication_method"] = method
            if let user { configuration["username"] = .string(user) }
            let run = try await ConnectorRun.run(["source-postgres", "check"], files: [("config", configuration)])
            let status = run.messages.first?["connectionStatus"]
            #expect(status?["status"] == "FAILED", "\(words)")
            #expect(status?["message"]?.stringValue?.contains(words) == true, "\(status?.text ?? "")")
        }
        try await source.execute(
            """
            SELECT pg_create_logical_replication_slot('other_plugin', 'test_decoding');
            SELECT pg_create_physical_replication_slot('physical');
            CREATE USER plain PASSWORD '\(server.password)'; CREATE PUBLICATION empty;
            """)
        try await check(["replication_slot": "nope"], "The replication slot nope does not exist")
        try await check(["replication_slot": "physical"], "is a physical one")
        try await check(["replication_slot": "other_plugin"], "uses the plugin test_decoding")
        try await check(["publication": "nope"], "The publication nope does not exist")
        try await check(["publication": "empty"], "holds no table")
        try await check(["plugin": "wal2json"], "plugin")
        try await check(["replication_slot": "Not A Name"], "must be a slot's name")
        try await check(["invalid_cdc_cursor_position_behavior": "x"], "must be Fail sync or Re-sync data")
        try await check([:], "may not replicate", user: "plain")
        let elsewhere = try await CaptureSource("CREATE TABLE t (id int PRIMARY KEY)", server: server)
        try await check(["replication_slot": .string(elsewhere.slot)], "belongs to another database")
        // Slots keep a server from starting with less.
        for slot in [source.slot, elsewhere.slot, "other_plugin", "physical"] {
            let owner = slot == elsewhere.slot ? elsewhere : source
            try await owner.execute("SELECT pg_drop_replication_slot('\(slot)')")
        }
        try await source.execute("ALTER SYSTEM SET wal_level = 'replica'")
        try await server.restart()
        try await check([:], "wal_level is replica")
    }

    @Test func `streams that cannot be captured are refused by name`() async throws {
        let source = try await CaptureSource(
            "CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE bare (id int); CREATE TABLE hidden (id int PRIMARY KEY)",
            publication: "FOR TABLE t, bare")
        let run = try await source.read(["t", "bare", "hidden"])
        #expect(run.exitCode == 1)
        #expect(run.failure?["failure_type"] == "config_error")
        let message = try #require(run.failure?["message"]?.stringValue)
        #expect(message.contains("public.bare has no primary key"))
        #expect(message.contains(#"ADD TABLE "public"."hidden""#))
    }

    @Test func `writes during the copy come exactly once and the end is the source`() async throws {
        let source = try await CaptureSource(
            """
            CREATE TABLE t (id int PRIMARY KEY, version int, pad text);
            INSERT INTO t SELECT g, 0, repeat('x', 200) FROM generate_series(1, 20000) g;
            """, checkpointRows: 500)
        let streams = try await source.streams(["t"])
        let url = source.url
        async let writing: Void = Thread.value {
            let connection = try PostgresConnection(PostgresSettings(url: url))
            var random = SeededRandom(seed: 7)
            for round in 0..<150 {
                try connection.execute(script: "BEGIN")
                for _ in 0..<20 {
                    let id = Int.random(in: 1...20_000, using: &random)
                    try connection.execute(script: "UPDATE t SET version = version + 1 WHERE id = \(id)")
                }
                let gone = Int.random(in: 1...20_000, using: &random)
                try connection.execute(
                    script: """
                        DELETE FROM t WHERE id = \(gone); INSERT INTO t VALUES (\(30_000 + round), 0, 'new');
                        """)
                try connection.execute(script: round % 10 == 9 ? "ROLLBACK" : "COMMIT")
            }
        }
        let first = try await source.read(streams)
        try await writing
        #expect(first.exitCode == 0, "\(first.output.suffix(2))")
        let second = try await source.read(streams, state: first.lastState)
        #expect(second.exitCode == 0, "\(second.output.suffix(2))")
        let messages = first.messages + second.messages
        #expect(try await source.table("t") == ConnectorRun.folded(messages, "t"))
        let versions = messages.compactMap { $0["record"]?["data"] }.map {
            "\($0["id"]?.text ?? "") \($0["version"]?.text ?? "") \($0["_ab_cdc_deleted_at"]?.isNull == true)"
        }
        #expect(Set(versions).count == versions.count)
    }

    @Test func `a transaction that was open during the copy wins over the copy`() async throws {
        let source = try await CaptureSource(
            "CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'old'), (2, 'old')")
        let streams = try await source.streams(["t"])
        let url = source.url
        let connection = try await Thread.value {
            let connection = try PostgresConnection(PostgresSettings(url: url))
            try connection.execute(
                script:
                    "BEGIN; UPDATE t SET v = 'one' WHERE id = 1; UPDATE t SET v = 'two' WHERE id = 1; DELETE FROM t WHERE id = 2"
            )
            return Held(connection)
        }
        try await source.execute("INSERT INTO t VALUES (3, 'while it was open')")
        let first = try await source.read(streams)
        #expect(first.exitCode == 0, "\(first.output.suffix(2))")
        #expect(first.logs.contains { $0.contains("open since the read began") })
        try await Thread.value { try connection.connection.execute(script: "COMMIT") }
        try await source.execute("UPDATE t SET v = 'three' WHERE id = 1")
        let second = try await source.read(streams, state: first.lastState)
        #expect(second.records.compactMap { $0["v"]?.stringValue } == ["one", "two", "three"])
        let folded = ConnectorRun.folded(first.messages + second.messages, "t")
        #expect(try await source.table("t") == folded)
        #expect(folded.count == 2)
    }

    /// A connection that one test holds and only uses from one thread at a time.
    struct Held: @unchecked Sendable {
        let connection: PostgresConnection

        init(_ connection: PostgresConnection) { self.connection = connection }
    }

    @Test func `from every state on the rest comes and the end is the source`() async throws {
        let source = try await CaptureSource(
            """
            CREATE TABLE a (id int PRIMARY KEY, v int); CREATE TABLE b (id int PRIMARY KEY, v int);
            INSERT INTO a SELECT g, 0 FROM generate_series(1, 3000) g; INSERT INTO b SELECT * FROM a;
            """, checkpointRows: 400)
        let streams = try await source.streams(["a", "b"])
        var seen: [JSON] = []
        var state: JSON?
        var states = 0
        // Each read is cut off behind its first state, as a kill would, while rows move about below it.
        while states < 40 {
            let round = states
            try await source.execute(
                """
                UPDATE a SET v = v + 1 WHERE id % 7 = \(round % 7); DELETE FROM b WHERE id = \(round * 11 + 5);
                INSERT INTO b VALUES (\(10_000 + round), \(round)); UPDATE b SET id = id + 50000 WHERE id = \(round + 1);
                """)
            let run = try await source.read(streams, state: state)
            #expect(run.exitCode == 0, "\(run.output.suffix(2))")
            let end = try #require(run.messages.firstIndex { $0["state"] != nil })
            seen += run.messages[...end]
            state = run.messages[end]["state"]
            states += 1
            let isLast = run.states.count == 1
            if isLast, states > 20 { break }
        }
        let last = try await source.read(streams, state: state)
        seen += last.messages
        #expect(try await source.table("a") == ConnectorRun.folded(seen, "a"))
        #expect(try await source.table("b") == ConnectorRun.folded(seen, "b"))
    }

    @Test func `the slot is confirmed only from the state that a read was started with`() async throws {
        let source = try await CaptureSource("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
        let query =
            "SELECT confirmed_flush_lsn::text AS value FROM pg_replication_slots WHERE slot_name = '\(source.slot)'"
        let made = try await source.value(query)
        let first = try await source.read(["t"])
        #expect(try await source.value(query) == made)
        try await source.execute("INSERT INTO t VALUES (2)")
        let second = try await source.read(["t"], state: first.lastState)
        try await source.expectConfirmed(first.lastState)
        // Handed the same state again, for the second's was never saved, it sends the same again.
        let again = try await source.read(["t"], state: first.lastState)
        #expect(again.records == second.records)
        try await source.expectConfirmed(first.lastState)
        _ = try await source.read(["t"], state: again.lastState)
        try await source.expectConfirmed(again.lastState)
        // What was confirmed is gone for good.
        try await source.execute("INSERT INTO t VALUES (3)")
        let late = try await source.read(["t"], state: first.lastState)
        #expect(late.exitCode == 1)
        #expect(late.failure?["failure_type"] == "config_error")
        #expect(late.failure?["message"]?.stringValue?.contains("somebody else read from it") == true)
    }

    @Test func `a read that may copies everything again when its position is gone`() async throws {
        let source = try await CaptureSource(
            "CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t VALUES (1, 1)",
            settings: ["invalid_cdc_cursor_position_behavior": "Re-sync data"])
        let first = try await source.read(["t"])
        try await source.execute(
            """
            INSERT INTO t VALUES (2, 2); UPDATE t SET v = 9 WHERE id = 1;
            SELECT count(*) FROM pg_logical_slot_get_binary_changes('\(source.slot)', NULL, NULL,
                'proto_version', '1', 'publication_names', '"pub ""q"" x"');
            """)
        let second = try await source.read(["t"], state: first.lastState)
        #expect(second.exitCode == 0, "\(second.output)")
        #expect(second.records.count == 2)
        #expect(second.logs.contains { $0.contains("copied again") })
        #expect(try await source.table("t") == ConnectorRun.folded(first.messages + second.messages, "t"))
    }

    @Test func `a large value that an update left alone keeps its value`() async throws {
        let source = try await CaptureSource(
            """
            CREATE TABLE t (id int PRIMARY KEY, big text, list int[], v int);
            CREATE TABLE whole (id int PRIMARY KEY, big text, v int); ALTER TABLE whole REPLICA IDENTITY FULL;
            INSERT INTO t SELECT g, (SELECT string_agg(md5(random()::text), '') FROM generate_series(1, 300 + g * 0)),
                ARRAY(SELECT (random() * 1e9)::int FROM generate_series(1, 3000 + g * 0)), 0 FROM generate_series(1, 5) g;
            INSERT INTO whole SELECT id, big, v FROM t;
            """)
        let first = try await source.read(["t", "whole"])
        try await source.execute(
            """
            UPDATE t SET v = 1; UPDATE whole SET v = 1; UPDATE t SET v = 2 WHERE id = 1; UPDATE t SET id = 105 WHERE id = 5;
            UPDATE t SET big = 'small' WHERE id = 2; UPDATE t SET v = 7 WHERE id = 3; DELETE FROM t WHERE id = 3;
            UPDATE whole SET id = 11 WHERE id = 1;
            """)
        let second = try await source.read(["t", "whole"], state: first.lastState)
        #expect(second.exitCode == 0, "\(second.output.suffix(2))")
        for name in ["t", "whole"] {
            #expect(try await source.table(name) == ConnectorRun.folded(first.messages + second.messages, name))
        }
        // The row that was deleted later cannot be looked up any more, and its record says so.
        let metas = second.messages.compactMap { $0["record"]?["meta"]?["changes"]?.arrayValue }
        #expect(metas.count == 3)
        #expect(metas.allSatisfy { $0.map { $0["field"]?.stringValue } == ["big", "list"] })
    }

    @Test func `every type comes from the log as it comes from the table`() async throws {
        let source = try await CaptureSource(
            """
            CREATE TYPE pair AS (a int, b text, c timestamptz); CREATE TYPE mood AS ENUM ('sad', 'very "glad"');
            CREATE DOMAIN age AS int; CREATE DOMAIN ages AS int[];
            CREATE TABLE t (
                id int PRIMARY KEY, s int2, big bigint, n numeric, n2 numeric(12,4), f4 real, f8 float8, b boolean,
                txt text, vc varchar(20), ch char(8), raw bytea, d date, ts timestamp, tsz timestamptz, t time, tz timetz,
                j json, jb jsonb, ints int[], texts text[], nested int[], times timestamptz[], js jsonb[], p pair, ps pair[],
                iv interval, u uuid, m money, r int4range, mood mood, moods mood[], age age, ages ages, ip inet, c cidr,
                mac macaddr, bits bit(5), vb bit varying, pt point, box box, x xml, o oid, nm name, tv tsvector, mr int4multirange);
            """)
        let first = try await source.read(["t"])
        #expect(first.records.isEmpty)
        let values = [
            """
            1, 32767, 9223372036854775807, 'NaN', 1.5, 1e-7, '-Infinity', true, E'a"\\\\\\n\\u0001é😀', 'x', 'pad',
            '\\x00ff10', '0044-03-15 BC', '2024-01-01 10:00:00.5', '2024-01-01 10:00:00+02', '10:00', '10:00:00+05:30',
            E'{"a":\\n 1.0}', '{"b":[1,null]}', '{1,NULL}', '{"x,y",NULL,"q\\"\\\\"}', '{{1,2},{3,4}}',
            '{"2024-01-01 10:00:00+02",infinity}', ARRAY['{"a": 1}'::jsonb], ROW(1, 'q"', '2024-01-01'),
            ARRAY[ROW(1, NULL, NULL)::pair], '1 year 2 days', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', -1234.56, '[1,5)',
            'very "glad"', '{"very \\"glad\\"",sad}', 7, '{1,2}', '10.0.0.1/8', '10.0.0.0/8', '08:00:2b:01:02:03', B'10101',
            B'1', '(1,2)', '(1,1),(0,0)', '<a>1</a>', 77, 'nm', 'fat & cat'::tsquery::text::tsvector, '{[1,3),[5,6)}'
            """,
            "2" + String(repeating: ", NULL", count: 45),
            """
            3, -1, -2, 12345678901234567890.1200, -0.5, 'Infinity', 0.1, false, '', '', '', '', 'infinity', '-infinity',
            'infinity', '23:59:59.999999', '00:00:00-12', 'null', '[]', '{}', '{}', '{}', '{}', '{}', ROW(NULL, NULL, NULL),
            '{}', '-1 mon 00:00:01.5', '00000000-0000-0000-0000-000000000000', 0, 'empty', 'sad', '{}', 1, NULL, '::1', '::/0',
            '00:00:00:00:00:00', B'00000', B'', '(0,0)', '(1,1),(1,1)', '<b/>', 0, '', '', '{}'
            """,
        ]
        for value in values { try await source.execute("INSERT INTO t VALUES (\(value))") }
        let second = try await source.read(["t"], state: first.lastState)
        #expect(second.exitCode == 0, "\(second.output.suffix(2))")
        let table = try await source.table("t")
        #expect(table.count == 3)
        let folded = ConnectorRun.folded(second.messages, "t")
        for (id, row) in table {
            for (name, value) in row.objectValue ?? [:] {
                #expect(folded[id]?[name]?.text == value.text, "\(id) \(name)")
            }
            #expect(folded[id]?.objectValue?.count == row.objectValue?.count)
        }
    }

    @Test func `columns that come and go are followed by name`() async throws {
        let source = try await CaptureSource("CREATE TABLE t (id int PRIMARY KEY, a text, b text)")
        let first = try await source.read(["t"])
        try await source.execute("INSERT INTO t VALUES (1, 'a', 'b')")
        try await source.execute("ALTER TABLE t ADD COLUMN c int DEFAULT 5; ALTER TABLE t DROP COLUMN b")
        try await source.execute("INSERT INTO t VALUES (2, 'a', 6)")
        try await source.execute("ALTER TABLE t ALTER COLUMN a TYPE int USING 7")
        try await source.execute("INSERT INTO t VALUES (3, 8, 9)")
        let second = try await source.read(["t"], state: first.lastState)
        #expect(second.exitCode == 0, "\(second.output.suffix(2))")
        #expect(try await source.table("t") == ConnectorRun.folded(second.messages, "t"))
    }

    @Test func `a stream that joins later is copied while the others go on`() async throws {
        let source = try await CaptureSource(
            "CREATE TABLE a (id int PRIMARY KEY, v int); CREATE TABLE b (id int PRIMARY KEY, v int); INSERT INTO b VALUES (1, 1)"
        )
        let first = try await source.read(["a"])
        try await source.execute(
            "INSERT INTO a VALUES (1, 1); INSERT INTO b VALUES (2, 2); UPDATE b SET v = 3 WHERE id = 1")
        let second = try await source.read(["a", "b"], state: first.lastState)
        #expect(second.exitCode == 0, "\(second.output.suffix(2))")
        // Each row of b once: its changes are in the copy.
        #expect(second.records.count == 3)
        try await source.execute("DELETE FROM a; INSERT INTO b VALUES (4, 4)")
        let third = try await source.read(["a", "b"], state: second.lastState)
        #expect(third.records.count == 2)
        let all = first.messages + second.messages + third.messages
        for name in ["a", "b"] { #expect(try await source.table(name) == ConnectorRun.folded(all, name)) }
        // Out and in again, it is copied again: what changed meanwhile was not sent.
        let without = try await source.read(["a"], state: third.lastState)
        #expect(without.logs.contains { $0.contains("public.b is left out now") })
        let back = try await source.read(["a", "b"], state: without.lastState)
        #expect(back.records.count == 3)
    }

    @Test func `full refreshes stand in the same state as captured streams`() async throws {
        let source = try await CaptureSource(
            "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int); INSERT INTO a VALUES (1); INSERT INTO b VALUES (2)"
        )
        var streams = try await source.streams(["b", "a"])
        streams[0].syncMode = .fullRefresh
        let first = try await source.read(streams)
        #expect(first.exitCode == 0, "\(first.output.suffix(2))")
        #expect(first.states.allSatisfy { $0["type"] == "GLOBAL" })
        // A new job begins without the state of a stream that is read anew each time.
        var state = try #require(first.lastState)
        let kept = state["global"]?["stream_states"]?.arrayValue?.filter { $0["stream_descriptor"]?["name"] == "a" }
        state["global"] = [
            "shared_state": state["global"]?["shared_state"] ?? .null, "stream_states": .array(kept ?? []),
        ]
        let second = try await source.read(streams, state: state)
        #expect(second.records.compactMap { $0["id"]?.intValue } == [2])
        #expect(second.statuses == ["STARTED", "RUNNING", "COMPLETE", "STARTED", "COMPLETE"])
    }

    @Test func `a state sent while a table is copied holds what the captured streams have`() async throws {
        let source = try await CaptureSource(
            "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int); INSERT INTO a VALUES (1); INSERT INTO b VALUES (2)"
        )
        let first = try await source.read(["a"])
        var streams = try await source.streams(["b", "a"])
        streams[0].syncMode = .fullRefresh
        let second = try await source.read(streams, state: first.lastState)
        // Broken off behind the copy of b, nothing of a comes again.
        let third = try await source.read(streams, state: second.states.first)
        #expect(third.exitCode == 0)
        #expect(third.records.isEmpty)
    }

    @Test func `a publication made anew is told, and one that leaves out deletes`() async throws {
        let source = try await CaptureSource("CREATE TABLE t (id int PRIMARY KEY)")
        let first = try await source.read(["t"])
        try await source.execute(#"DROP PUBLICATION "pub ""q"" x""#)
        try await source.execute("INSERT INTO t VALUES (1)")
        try await source.execute(
            #"CREATE PUBLICATION "pub ""q"" x" FOR TABLE t WITH (publish = 'insert, update')"#
        )
        let run = try await source.read(["t"], state: first.lastState)
        #expect(run.failure?["failure_type"] == "config_error")
        #expect(run.failure?["message"]?.stringValue?.contains("did not exist at the saved position") == true)
        #expect(run.logs.contains { $0.contains("leaves out deletes") })
    }

    @Test func `a slot that somebody holds for a moment is waited for`() async throws {
        let source = try await CaptureSource("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
        let (url, slot) = (source.url, source.slot)
        let other = try await Thread.value {
            let other = try PostgresReplication(PostgresSettings(url: url))
            try other.start(
                slot: slot, at: PostgresLSN(0),
                options: [("proto_version", "1"), ("publication_names", #""pub ""q"" x""#)])
            return HeldSlot(replication: other)
        }
        async let run = source.read(["t"])
        let isHeld = "SELECT active::text AS value FROM pg_replication_slots WHERE slot_name = '\(slot)'"
        #expect(try await source.value(isHeld) == "true")
        let waits =
            "SELECT count(*)::text AS value FROM pg_stat_activity WHERE query LIKE 'START_REPLICATION SLOT \"\(slot)%' AND wait_event = 'ClientRead'"
        // Its refused attempt shows among the server's sessions.
        try await eventually { try await source.value(waits) != "0" }
        await Thread.value { other.replication.close() }
        #expect(try await run.exitCode == 0)
    }

    struct HeldSlot: @unchecked Sendable { let replication: PostgresReplication }

    @Test func `partitions are one stream wherever their rows are`() async throws {
        let source = try await CaptureSource(
            """
            CREATE TABLE t (id int PRIMARY KEY, v int) PARTITION BY RANGE (id);
            CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (0) TO (100);
            CREATE TABLE t_2 (v int, id int NOT NULL); ALTER TABLE t ATTACH PARTITION t_2 FOR VALUES FROM (100) TO (200);
            INSERT INTO t SELECT g, g FROM generate_series(1, 199) g;
            """, publication: "FOR TABLE t", checkpointRows: 30)
        let first = try await source.read(["t"])
        #expect(first.records.count == 199)
        try await source.execute(
            """
            CREATE TABLE t_3 PARTITION OF t FOR VALUES FROM (200) TO (300); INSERT INTO t VALUES (250, 1);
            UPDATE t SET id = 150 + 60 WHERE id = 1; UPDATE t SET v = 0 WHERE id = 101; DELETE FROM t WHERE id = 102;
            """)
        let second = try await source.read(["t"], state: first.lastState)
        #expect(second.exitCode == 0, "\(second.output.suffix(2))")
        #expect(try await source.table("t") == ConnectorRun.folded(first.messages + second.messages, "t"))
    }

    @Test func `the publication's own columns and rows hold for the copy as well`() async throws {
        let source = try await CaptureSource(
            """
            CREATE TABLE t (id int PRIMARY KEY, v int, secret text); INSERT INTO t VALUES (1, 1, 'x'), (2, -1, 'y');
            ALTER TABLE t REPLICA IDENTITY FULL;
            """, publication: "FOR TABLE t (id, v, secret) WHERE (id < 100)")
        try await source.execute("INSERT INTO t VALUES (100, 1, 'z')")
        let first = try await source.read(["t"])
        #expect(first.records.compactMap { $0["id"]?.intValue } == [1, 2])
        try await source.execute("INSERT INTO t VALUES (101, 1, ''), (3, 1, '')")
        let second = try await source.read(["t"], state: first.lastState)
        #expect(second.records.compactMap { $0["id"]?.intValue } == [3])
    }

    @Test func `a destination that goes by key ends with the rows of the source`() async throws {
        let source = try await CaptureSource(
            """
            CREATE TABLE t (id int PRIMARY KEY, v int, note text);
            INSERT INTO t SELECT g, g, 'n' || g FROM generate_series(1, 1000) g;
            """, publication: "FOR TABLE t", checkpointRows: 200)
        let stream = try #require(try await source.streams(["t"]).first)
        var target = stream
        target.stream.namespace = "copy"
        target.destinationSyncMode = .appendDedup
        target.generationID = 1
        target.minimumGenerationID = 0
        let catalog = try JSON.encode(ConfiguredCatalog(streams: [target]))
        var state: JSON?
        for round in 0..<4 {
            let read = try await source.read([stream], state: state)
            #expect(read.exitCode == 0, "\(read.output.suffix(2))")
            state = read.lastState
            let lines = read.output.map { line in
                line.split(separator: #""namespace":"public""#).joined(separator: #""namespace":"copy""#)
            }
            let written = try await ConnectorRun.run(
                ["destination-postgres", "write"], files: [("config", source.configuration), ("catalog", catalog)],
                input: lines)
            #expect(written.exitCode == 0, "\(written.output.suffix(2))")
            let difference = """
                SELECT count(*)::text AS value FROM (
                    (SELECT id, v, note FROM t EXCEPT SELECT id, v, note FROM copy.t) UNION ALL
                    (SELECT id, v, note FROM copy.t EXCEPT SELECT id, v, note FROM t)) x
                """
            #expect(try await source.value(difference) == "0", "round \(round)")
            try await source.execute(
                """
                UPDATE t SET v = v + 1 WHERE id % 3 = \(round % 3); DELETE FROM t WHERE id % 50 = \(round);
                UPDATE t SET id = id + 5000 WHERE id < 5000 AND id % 70 = \(round + 10);
                BEGIN; INSERT INTO t VALUES (-1, 0, 'x'); UPDATE t SET v = 7 WHERE id = -1; DELETE FROM t WHERE id = -1; COMMIT;
                INSERT INTO t VALUES (-2, \(round), 'y') ON CONFLICT (id) DO UPDATE SET v = EXCLUDED.v + 100;
                """)
        }
    }

    @Test func `one large transaction passes through and a state follows it`() async throws {
        let source = try await CaptureSource("CREATE TABLE t (id int PRIMARY KEY, v text)", checkpointRows: 1_000)
        let first = try await source.read(["t"])
        try await source.execute("INSERT INTO t SELECT g, repeat('v', 50) FROM generate_series(1, 100000) g")
        try await source.execute("INSERT INTO t VALUES (0, 'after')")
        let second = try await source.read(["t"], state: first.lastState)
        #expect(second.records.count == 100_001)
        let state = try #require(second.messages.firstIndex { $0["state"] != nil })
        #expect(second.messages[..<state].filter { $0["record"] != nil }.count == 100_000)
    }

    @Test func `truncating is told and the rows stay`() async throws {
        let source = try await CaptureSource("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
        let first = try await source.read(["t"])
        try await source.execute("TRUNCATE t; INSERT INTO t VALUES (2)")
        let second = try await source.read(["t"], state: first.lastState)
        #expect(second.records.compactMap { $0["id"]?.intValue } == [2])
        #expect(second.logs.contains { $0.contains("public.t was truncated") })
    }

    @Test func `the state of Airbyte's own source goes on where it stopped`() async throws {
        let source = try await CaptureSource(
            "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY); INSERT INTO a VALUES (1); INSERT INTO b VALUES (1)"
        )
        let lsn = try #require(try await source.value("SELECT (pg_current_wal_insert_lsn() - '0/0')::text AS value"))
        try await source.execute("INSERT INTO a VALUES (2); INSERT INTO b VALUES (2)")
        func state(_ offset: String, _ more: JSON) -> JSON {
            [
                "type": "GLOBAL",
                "global": [
                    "shared_state": ["state": [#"["db",{"server":"db"}]"#: .string(offset)]],
                    "stream_states": [
                        [
                            "stream_descriptor": ["name": "a", "namespace": "public"],
                            "stream_state": ["stream_name": "a", "stream_namespace": "public", "cursor_field": []],
                        ],
                        ["stream_descriptor": ["name": "b", "namespace": "public"], "stream_state": more],
                    ],
                ],
            ]
        }
        // The copy of b was broken off there, so it is made again.
        let halfway: JSON = ["version": 2, "state_type": "ctid", "ctid": "(0,1)", "relation_filenode": 1]
        let offset =
            #"{"transaction_id":null,"lsn_proc":\#(lsn),"lsn_commit":\#(lsn),"lsn":\#(lsn),"txId":7,"ts_usec":1}"#
        let run = try await source.read(["a", "b"], state: state(offset, halfway))
        #expect(run.exitCode == 0, "\(run.output.suffix(2))")
        let records = run.messages.filter { $0["record"] != nil }.map {
            "\($0["record"]?["stream"]?.stringValue ?? "")\($0["record"]?["data"]?["id"]?.text ?? "")"
        }
        #expect(records.sorted() == ["a2", "b1", "b2"])
        let refused = try await source.read(["a"], state: state(#"{"lsn":"soon"}"#, halfway))
        #expect(refused.failure?["failure_type"] == "config_error")
        #expect(refused.failure?["message"]?.stringValue?.contains("no place in the server's log") == true)
        let cursors = try await source.read(
            ["a"],
            state: [
                "type": "STREAM",
                "stream": [
                    "stream_descriptor": ["name": "a", "namespace": "public"], "stream_state": ["cursor": "1"],
                ],
            ])
        #expect(cursors.failure?["message"]?.stringValue?.contains("another replication method") == true)
    }

    @Test func `a lost slot is told and made again only where that was asked for`() async throws {
        let server = try await ThrowawayPostgres.start()
        let source = try await CaptureSource(
            "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)", server: server)
        let first = try await source.read(["t"])
        try await source.execute("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'")
        try await source.execute("SELECT pg_reload_conf()")
        for id in 2...6 {
            try await source.execute("INSERT INTO t VALUES (\(id))")
            try await source.execute("SELECT pg_switch_wal()")
        }
        try await source.execute("CHECKPOINT")
        let status = "SELECT wal_status AS value FROM pg_replication_slots WHERE slot_name = '\(source.slot)'"
        try await eventually { try await source.value(status) == "lost" }
        let check = try await source.run("check").messages.first?["connectionStatus"]?["message"]?.stringValue
        #expect(check?.contains("is lost") == true)
        let refused = try await source.read(["t"], state: first.lastState)
        #expect(refused.failure?["failure_type"] == "config_error")
        #expect(refused.failure?["message"]?.stringValue?.contains("is lost") == true)
        var configuration = source.configuration
        var method = configuration["replication_method"] ?? [:]
        method["invalid_cdc_cursor_position_behavior"] = "Re-sync data"
        configuration["replication_method"] = method
        let catalog = try await JSON.encode(ConfiguredCatalog(streams: source.streams(["t"])))
        let run = try await ConnectorRun.run(
            ["source-postgres", "read"],
            files: [("config", configuration), ("catalog", catalog), ("state", [first.lastState ?? .null])])
        #expect(run.exitCode == 0, "\(run.output.suffix(3))")
        #expect(run.records.count == 6)
    }

    @Test func `the heartbeat runs when a read begins and its failure is only told`() async throws {
        let source = try await CaptureSource(
            "CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE beats (at timestamptz)",
            settings: ["heartbeat_action_query": "INSERT INTO beats VALUES (now())"])
        _ = try await source.read(["t"])
        #expect(try await source.value("SELECT count(*)::text AS value FROM beats") == "1")
        try await source.execute("DROP TABLE beats")
        let run = try await source.read(["t"])
        #expect(run.exitCode == 0)
        #expect(run.logs.contains { $0.contains("heartbeat query failed") })
    }

    @Test func `an identity without the key is refused when a row changes`() async throws {
        let source = try await CaptureSource(
            """
            CREATE TABLE t (id int PRIMARY KEY, other int NOT NULL); CREATE UNIQUE INDEX by_other ON t (other);
            ALTER TABLE t REPLICA IDENTITY USING INDEX by_other; INSERT INTO t VALUES (1, 1);
            """)
        let first = try await source.read(["t"])
        try await source.execute("DELETE FROM t")
        let run = try await source.read(["t"], state: first.lastState)
        #expect(run.failure?["failure_type"] == "config_error")
        #expect(run.failure?["message"]?.stringValue?.contains("replica identity") == true)
        #expect(run.statuses == ["STARTED", "INCOMPLETE"])
    }
}
