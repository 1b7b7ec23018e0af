import Airbyte
import ConnectorKit
import JSON
import Posix
import Postgres
import SQL
import SourcePostgres
import TestKit
import Testing

@Suite("source-postgres", .timeLimit(.minutes(5)))
struct SourcePostgresTests {
    /// A database to read from.
    struct Source {
        let url: String
        var configuration: JSON
        /// It ends with its last reference.
        let server: ThrowawayPostgres

        /// Alone on its server no transaction of another test is open.
        init(alone: Bool = false) async throws {
            let server = try await alone ? ThrowawayPostgres.start() : ThrowawayPostgres.shared()
            self.server = server
            url = try await server.freshDatabase()
            configuration = DestinationUnderTest.configuration(server, url)
        }

        func execute(_ script: String) async throws {
            let url = url
            try await Thread.value { try PostgresConnection(PostgresSettings(url: url)).execute(script: script) }
        }

        func run(_ operation: String) async throws -> ConnectorRun {
            try await ConnectorRun.run(["source-postgres", operation], files: [("config", configuration)])
        }

        func stream(_ name: String, sync: SyncMode, cursor: String? = nil) async throws -> ConfiguredStream {
            let catalog = try await run("discover").messages.first?["catalog"]?.decode(AirbyteCatalog.self)
            let stream = try #require(catalog?.streams.first { $0.name == name })
            return ConfiguredStream(
                stream: stream, syncMode: sync, destinationSyncMode: .append, cursorField: cursor.map { [$0] })
        }

        func read(_ streams: [ConfiguredStream], state: JSON? = nil) async throws -> ConnectorRun {
            var files: [(String, JSON)] = [
                ("config", configuration), ("catalog", try JSON.encode(ConfiguredCatalog(streams: streams))),
            ]
            // What the platform hands over is the last state message it saved.
            if let state { files.append(("state", [state])) }
            return try await ConnectorRun.run(["source-postgres", "read"], files: files)
        }
    }

    @Test func `discover describes tables, views, keys and types`() async throws {
        let source = try await Source()
        try await source.execute(
            """
            CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE DOMAIN age AS int CHECK (VALUE > 0);
            CREATE TABLE people (
                born date, id bigint, part text, years age, m mood, at timestamptz, local timestamp, t time, tz timetz,
                n numeric(10,2), f real, b boolean, raw bytea, j jsonb, list int[], u uuid, PRIMARY KEY (part, id) INCLUDE (b));
            CREATE VIEW grown AS SELECT id FROM people;
            CREATE TABLE parted (id int) PARTITION BY RANGE (id);
            CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
            CREATE SCHEMA other; CREATE TABLE other.hidden (id int);
            """)
        let run = try await source.run("discover")
        #expect(run.exitCode == 0)
        let catalog = try #require(try run.messages.first?["catalog"]?.decode(AirbyteCatalog.self))
        #expect(catalog.streams.map(\.name) == ["grown", "parted", "people"])
        let people = try #require(catalog.streams.last)
        #expect(people.namespace == "public")
        #expect(people.sourceDefinedPrimaryKey == [["part"], ["id"]])
        #expect(people.supportedSyncModes == [.fullRefresh, .incremental])
        #expect(people.isResumable == true)
        #expect(catalog.streams.dropLast().map(\.isResumable) == [false, false])
        let types = people.jsonSchema["properties"]?.objectValue?.map { "\($0.key) \(ColumnType(schema: $0.value))" }
        #expect(
            types == [
                "born date", "id integer", "part string", "years integer", "m string", "at timestampWithTimezone",
                "local timestamp", "t time", "tz timeWithTimezone", "n number", "f number", "b boolean", "raw string",
                "j json", "list json", "u string",
            ])
    }

    @Test func `every type becomes the JSON that its schema promises`() async throws {
        let source = try await Source()
        try await source.execute(
            """
            CREATE TYPE pair AS (a int, b text);
            CREATE TABLE t (
                i int, big bigint, n numeric, nan numeric, f float8, inf float8, b boolean, s text, raw bytea, d date,
                bc date, ts timestamp, tsz timestamptz, tinf timestamptz, tsbc timestamptz, t time, tz timetz,
                j json, jb jsonb, list text[], nested int[], p pair, iv interval, u uuid, m money, r int4range, x int);
            INSERT INTO t VALUES (
                -1, 9223372036854775807, 12345678901234567890.1200, 'NaN', 1e-7, '-Infinity', true,
                E'a"\\\\\\n\\u0001é😀', '\\x00ff10', '2024-02-29', '0044-03-15 BC', '2024-01-01 10:00:00.5',
                '2024-01-01 10:00:00+02', 'infinity', '0044-03-15 00:00:00+00 BC', '10:00', '10:00:00+05:30',
                E'{"a":\\n 1.0}', '{"b":[1,null]}', '{"x,y",NULL}', '{{1,2},{3,4}}', ROW(1, 'q"'),
                '1 year 2 days', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 12.34, '[1,5)', NULL);
            """)
        let run = try await source.read([source.stream("t", sync: .fullRefresh)])
        #expect(run.exitCode == 0, "\(run.output)")
        let line = try #require(run.output.first { $0.contains(#""RECORD""#) })
        let expected =
            #"{"i":-1,"big":9223372036854775807,"n":12345678901234567890.1200,"nan":"NaN","f":1e-07,"inf":"-Infinity","#
            + #""b":true,"s":"a\"\\\n\u0001é😀","raw":"AP8Q","d":"2024-02-29","bc":"0044-03-15 BC","#
            + #""ts":"2024-01-01T10:00:00.5","tsz":"2024-01-01T08:00:00Z","tinf":"infinity","#
            + #""tsbc":"0044-03-15T00:00:00Z BC","t":"10:00:00","tz":"10:00:00+05:30","j":{"a":  1.0},"#
            + #""jb":{"b": [1, null]},"list":["x,y",null],"nested":[[1,2],[3,4]],"p":{"a":1,"b":"q\""},"#
            + #""iv":"P1Y2D","u":"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11","m":12.34,"r":"[1,5)","x":null}"#
        let data = try #require(line.split(separator: #""data":"#, maxSplits: 1).last)
        #expect(data.hasPrefix(expected + #","emitted_at":"#), "\(data)")
    }

    @Test func `a full refresh sends every row, its statuses and one state at the end`() async throws {
        let source = try await Source()
        try await source.execute(
            "CREATE TABLE t (id int); INSERT INTO t SELECT generate_series(1, 2500); CREATE TABLE none (id int)")
        let run = try await source.read([
            source.stream("t", sync: .fullRefresh), source.stream("none", sync: .fullRefresh),
        ])
        #expect(run.exitCode == 0)
        #expect(run.records.compactMap { $0["id"]?.intValue }.sorted() == Array(1...2500))
        #expect(run.statuses == ["STARTED", "RUNNING", "COMPLETE", "STARTED", "COMPLETE"])
        #expect(run.states.map { $0["sourceStats"]?["recordCount"]?.text } == ["2500.0", "0.0"])
        #expect(run.states.map { $0["stream"]?["stream_descriptor"]?["name"] } == ["t", "none"])
    }

    @Test func `only selected columns are read`() async throws {
        let source = try await Source()
        try await source.execute("CREATE TABLE t (id int, secret text, v int); INSERT INTO t VALUES (1, 'x', 2)")
        var stream = try await source.stream("t", sync: .incremental, cursor: "v")
        stream.stream.jsonSchema = ["properties": ["id": ["type": "integer"]]]
        let run = try await source.read([stream])
        #expect(run.records == [["id": 1]])
    }

    @Test func `checkpoints never part rows with an equal cursor`() async throws {
        var source = try await Source()
        source.configuration["checkpoint_rows"] = 10
        try await source.execute(
            """
            CREATE TABLE t (id int, v int);
            INSERT INTO t SELECT n, n / 7 FROM generate_series(1, 100) n;
            INSERT INTO t SELECT 1000 + n, NULL FROM generate_series(1, 3) n;
            """)
        let stream = try await source.stream("t", sync: .incremental, cursor: "v")
        let whole = try await source.read([stream])
        #expect(whole.exitCode == 0)
        #expect(whole.records.count == 103)
        let states = whole.states.compactMap { $0["stream"]?["stream_state"] }
        #expect(states.count > 5)
        #expect(states.last?["cursor"] == "14")
        #expect(states.last?["cursor_record_count"] == 3)
        #expect(states.last?["cursor_field"] == ["v"])
        // Each record lies before or behind a state; from any state on, exactly those behind it come.
        var seen: [Int] = []
        for message in whole.messages {
            if let id = message["record"]?["data"]?["id"]?.intValue { seen.append(id) }
            guard let state = message["state"] else { continue }
            let rest = try await source.read([stream], state: state)
            #expect(Set(seen + rest.records.compactMap { $0["id"]?.intValue }).count == 103)
            #expect(rest.records.count == 103 - seen.count)
        }
    }

    @Test(arguments: [
        ("int", "5", "6"), ("numeric", "1.50", "1.51"), ("text", "'a'' b'", "'b'"),
        ("timestamptz", "'2024-01-01 10:00:00.123456+00'", "'2024-01-01 10:00:00.123457+00'"),
        ("timestamp", "'2024-01-01 10:00:00'", "'2024-01-01 10:00:01'"), ("date", "'2024-01-01'", "'2024-01-02'"),
        ("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"),
        ("float8", "0.1", "0.30000000000000004"),
    ])
    func `an incremental read goes on behind its state`(type: String, first: String, second: String) async throws {
        let source = try await Source()
        try await source.execute("CREATE TABLE t (id int, v \(type)); INSERT INTO t VALUES (1, \(first))")
        let stream = try await source.stream("t", sync: .incremental, cursor: "v")
        var run = try await source.read([stream])
        #expect(run.records.count == 1, "\(run.output)")
        let state = run.states.last
        run = try await source.read([stream], state: state)
        #expect(run.records.isEmpty)
        #expect(run.states.last?["stream"] == state?["stream"])
        // A row with the very same cursor that came late is not passed over.
        try await source.execute("INSERT INTO t VALUES (2, \(first))")
        run = try await source.read([stream], state: run.states.last)
        #expect(run.records.compactMap { $0["id"] } == [1, 2])
        try await source.execute("INSERT INTO t VALUES (3, \(second))")
        run = try await source.read([stream], state: run.states.last)
        #expect(run.records.compactMap { $0["id"] } == [3])
    }

    @Test func `a state of another cursor begins anew and a foreign one is refused`() async throws {
        let source = try await Source()
        try await source.execute("CREATE TABLE t (id int, v int); INSERT INTO t VALUES (1, 9)")
        let before = try await source.read([source.stream("t", sync: .incremental, cursor: "v")])
        let stream = try await source.stream("t", sync: .incremental, cursor: "id")
        #expect(try await source.read([stream], state: before.states.last).records.count == 1)
        let xmin: JSON = [
            "type": "STREAM",
            "stream": [
                "stream_descriptor": ["name": "t", "namespace": "public"], "stream_state": ["state_type": "xmin"],
            ],
        ]
        for state: JSON in [xmin, ["type": "GLOBAL", "global": ["shared_state": ["lsn": 1], "stream_states": []]]] {
            let run = try await source.read([stream], state: state)
            #expect(run.exitCode == 1)
            #expect(run.failure?["failure_type"] == "config_error")
        }
    }

    @Test func `what cannot work is refused with a sentence`() async throws {
        let source = try await Source()
        try await source.execute("CREATE TABLE t (id int, j json)")
        var broken = source
        for (key, value) in [
            ("schemas", ["nope"]), ("host", ""), ("port", 70_000), ("replication_method", ["method": "CDC"]),
            ("replication_method", ["method": "Guess"]),
            ("tunnel_method", ["tunnel_method": "SSH_KEY_AUTH"]), ("database", "nope"), ("ssl_mode", ["mode": "x"]),
        ] as [(String, JSON)] {
            broken.configuration = source.configuration
            broken.configuration[key] = value
            let run = try await broken.run("check")
            #expect(run.exitCode == 0)
            #expect(run.messages.first?["connectionStatus"]?["status"] == "FAILED", "\(key)")
            #expect(run.messages.first?["connectionStatus"]?["message"]?.stringValue?.isEmpty == false)
        }
        for stream in [
            try await source.stream("t", sync: .incremental),
            try await source.stream("t", sync: .incremental, cursor: "j"),
            try await source.stream("t", sync: .incremental, cursor: "gone"), .test("gone"),
        ] {
            let run = try await source.read([stream])
            #expect(run.exitCode == 1)
            #expect(run.failure?["failure_type"] == "config_error")
            #expect(run.statuses == ["STARTED", "INCOMPLETE"])
        }
    }

    @Test func `a server that is away is a transient failure and no secret is ever said`() async throws {
        let source = try await Source()
        var broken = source
        let secret = "s3cr3t-of-mine"
        broken.configuration["password"] = .string(secret)
        // The user's name is repeated by the server, so a secret hides in it.
        broken.configuration["username"] = .string("u-\(secret)")
        let refused = try await broken.run("discover")
        #expect(refused.exitCode == 1)
        #expect(refused.failure?["failure_type"] == "config_error")
        #expect(!refused.output.joined().contains(secret))
        #expect(!refused.errors.contains(secret))
        broken.configuration = source.configuration
        broken.configuration["port"] = 1
        let away = try await broken.run("discover")
        #expect(away.failure?["failure_type"] == "transient_error")
    }

    @Test(arguments: [
        ("char(3)", "'aab'", "'aac'", "'aad'"), ("bit(3)", "B'101'", "B'110'", "B'111'"),
        ("timestamptz", "'0044-03-15 00:00:00.5+00 BC'", "'2024-01-31 09:30:00.123456+05:45'", "'infinity'"),
        ("numeric", "9", "10.5", "100000000000000000000000001"), ("\"char\"", "'a'", "'b'", "'c'"),
    ])
    func `a cursor of any type goes on exactly where it stopped`(
        type: String, first: String, second: String, third: String
    ) async throws {
        let source = try await Source()
        try await source.execute("CREATE TABLE t (id int, c \(type)); INSERT INTO t VALUES (1, \(first))")
        let stream = try await source.stream("t", sync: .incremental, cursor: "c")
        var state: JSON?
        for (id, value) in [(2, second), (3, third)] {
            let run = try await source.read([stream], state: state)
            #expect(run.exitCode == 0, "\(run.output)")
            #expect(run.records.compactMap { $0["id"]?.intValue } == [id - 1])
            state = run.states.last
            try await source.execute("INSERT INTO t VALUES (\(id), \(value))")
        }
        let last = try await source.read([stream], state: state)
        #expect(last.records.compactMap { $0["id"]?.intValue } == [3])
        #expect(try await source.read([stream], state: last.states.last).records.isEmpty)
    }

    @Test func `a table copied from Postgres to Postgres is equal row for row`() async throws {
        let source = try await Source()
        try await source.execute(
            """
            CREATE TABLE t (
                id bigint PRIMARY KEY, n numeric, s text, at timestamptz, local timestamp, d date, tz timetz, ok boolean,
                j jsonb, u text, f numeric);
            INSERT INTO t SELECT g, random()::numeric * g ^ 3, chr(g % 60000 + 1) || E'\\t\\n\\\\' || g,
                timestamptz 'epoch' + g * interval '12345.678901 seconds', now()::timestamp, 'epoch'::date + g,
                '10:00:00.5+03:15', g % 3 = 0, jsonb_build_object('a', g, 'b', ARRAY[g::text, chr(g % 1000 + 1)]),
                gen_random_uuid()::text, (random() * 1e20)::float8::numeric
            FROM generate_series(1, 2000) g WHERE g NOT BETWEEN 55295 AND 57344;
            INSERT INTO t (id) VALUES (-1);
            """)
        let stream = try await source.stream("t", sync: .fullRefresh)
        let read = try await source.read([stream])
        var target = stream
        target.stream.namespace = "copy"
        target.generationID = 1
        target.minimumGenerationID = 1
        let lines = read.output.map { line in
            line.split(separator: #""namespace":"public""#, maxSplits: 1).joined(separator: #""namespace":"copy""#)
        }
        let catalog = ConfiguredCatalog(streams: [target])
        let written = try await ConnectorRun.run(
            ["destination-postgres", "write"],
            files: [("config", source.configuration), ("catalog", JSON.encode(catalog))], input: lines)
        #expect(written.exitCode == 0, "\(written.output)")
        let url = source.url
        let difference = try await Thread.value {
            try PostgresConnection(PostgresSettings(url: url)).rows(
                """
                SELECT count(*) AS n FROM (
                    (SELECT * FROM public.t EXCEPT SELECT id, n, s, at, local, d, tz, ok, j, u, f FROM copy.t)
                    UNION ALL
                    (SELECT id, n, s, at, local, d, tz, ok, j, u, f FROM copy.t EXCEPT SELECT * FROM public.t)) x
                UNION ALL SELECT count(*) FROM copy.t
                """
            ).map { try $0.get("n", as: Int.self) }
        }
        #expect(difference == [0, 2001])
    }
}
