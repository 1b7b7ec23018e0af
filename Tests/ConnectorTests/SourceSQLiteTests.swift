import Airbyte
import ConnectorKit
import Glibc
import JSON
import SQL
import SQLite
import Testing

@Suite("source-sqlite", .timeLimit(.minutes(5)))
struct SourceSQLiteTests {
    @Test func `discover describes tables, views, keys and types`() async throws {
        let source = try SourceSQLiteFile()
        try source.execute(
            """
            CREATE TABLE people (
                id INTEGER PRIMARY KEY, n DECIMAL(10, 2), f DOUBLE PRECISION, s VARCHAR(20), raw BLOB, ok BOOLEAN,
                born DATE, at DATETIME, zoned TIMESTAMP WITH TIME ZONE, t TIME, j JSON, u UUID, big "UNSIGNED BIG INT",
                whatever, twice INT GENERATED ALWAYS AS (id * 2) STORED, half REAL AS (id / 2.0));
            CREATE TABLE pairs (v TEXT, b TEXT, a INT, PRIMARY KEY (a, b)) WITHOUT ROWID;
            CREATE VIEW grown AS SELECT id, count(*) AS n FROM people;
            CREATE VIEW broken AS SELECT * FROM gone;
            CREATE VIRTUAL TABLE words USING fts5(word);
            CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT);
            """)
        let streams = try await source.catalog().streams
        #expect(streams.map(\.name) == ["counted", "grown", "pairs", "people"])
        let people = try #require(streams.last)
        let types = people.jsonSchema["properties"]?.objectValue?.map { "\($0.key) \(ColumnType(schema: $0.value))" }
        #expect(
            types == [
                "id integer", "n number", "f number", "s string", "raw string", "ok boolean", "born date",
                "at timestamp", "zoned timestampWithTimezone", "t time", "j json", "u string", "big integer",
                "whatever json", "twice integer", "half number",
            ])
        #expect(streams.map(\.sourceDefinedPrimaryKey) == [[["id"]], nil, [["a"], ["b"]], [["id"]]])
        #expect(streams.map(\.isResumable) == [true, false, true, true])
        #expect(streams.allSatisfy { $0.namespace == nil && $0.supportedSyncModes == [.fullRefresh, .incremental] })
    }

    @Test func `only the tables that are named are offered`() async throws {
        var source = try SourceSQLiteFile()
        try source.execute("CREATE TABLE a (x); CREATE TABLE b (x)")
        source.configuration["tables"] = ["b"]
        #expect(try await source.catalog().streams.map(\.name) == ["b"])
        source.configuration["tables"] = ["b", "nope"]
        let status = try await source.run("check").messages.first?["connectionStatus"]
        #expect(status?["status"] == "FAILED")
        #expect(status?["message"]?.stringValue?.contains("nope") == true)
    }

    @Test func `a column is described as what its values are where they are not what was declared`() async throws {
        let source = try SourceSQLiteFile()
        try source.execute(
            """
            CREATE TABLE t (seconds DATETIME, zoned DATETIME, mixed DATETIME, code INT, price INT, words BLOB,
                half BLOB, flag BOOLEAN, day DATE, text TEXT, tail);
            INSERT INTO t VALUES
                (1700000000, '2024-01-01 10:00:00+02:00', '2024-01-01', 'A1', 1.5, 'plain', x'00', 2, '2024-01-01', x'ff', 1),
                (NULL, '2024-01-01T10:00:00Z', 5, 7, 2, 'text', 'x', 1, 'never', 'a', 2);
            """)
        let stream = try await source.stream("t")
        let types = stream.stream.jsonSchema["properties"]?.objectValue?.map {
            "\($0.key) \(ColumnType(schema: $0.value))"
        }
        #expect(
            types == [
                "seconds integer", "zoned timestampWithTimezone", "mixed json", "code json", "price number",
                "words string", "half string", "flag integer", "day string", "text string", "tail json",
            ])
        #expect(
            source.data(try await source.read([stream])) == [
                #"{"seconds":1700000000,"zoned":"2024-01-01T10:00:00+02:00","mixed":"2024-01-01","code":"A1","price":1.5,"#
                    + #""words":"plain","half":"AA==","flag":2,"day":"2024-01-01","text":"/w==","tail":1}"#,
                #"{"seconds":null,"zoned":"2024-01-01T10:00:00Z","mixed":5,"code":7,"price":2,"#
                    + #""words":"text","half":"eA==","flag":1,"day":"never","text":"YQ==","tail":2}"#,
            ])
    }

    @Test func `every value goes out as its column promises, and one that does not fit as what it is`() async throws {
        let source = try SourceSQLiteFile()
        try source.execute(
            """
            CREATE TABLE t (i INTEGER, r REAL, n NUMERIC, s TEXT, b BLOB, ok BOOLEAN, d DATE, at DATETIME, j JSON, x);
            """)
        let stream = try await source.stream("t")
        try source.execute(
            """
            INSERT INTO t VALUES (-9223372036854775808, 1e-7, 0.1, 'a"\\' || char(10, 1, 0, 233, 128512), x'00ff10', 1,
                '2024-02-29', '2024-02-29 12:00:00.5', '{"a": [1,' || char(10) || ' null]}', 'x');
            INSERT INTO t VALUES (9223372036854775807, 9e999, 12345678901234567, '', x'', 0,
                '-infinity', '2024-02-29T12:00:00Z', '{broken', 2.5);
            INSERT INTO t VALUES ('word', x'01', 'word', x'fffe', 'text', 7, 5, 2.5, x'05', x'00');
            INSERT INTO t VALUES (2.5, -9e999, 1, CAST(x'61ff62' AS TEXT), 3, 'yes', NULL, 1700000000, 7, NULL);
            """)
        #expect(
            source.data(try await source.read([stream])) == [
                #"{"i":-9223372036854775808,"r":1e-07,"n":0.1,"s":"a\"\\\n\u0001\u0000é😀","b":"AP8Q","ok":true,"#
                    + #""d":"2024-02-29","at":"2024-02-29T12:00:00.5","j":{"a":[1,null]},"x":"x"}"#,
                #"{"i":9223372036854775807,"r":"Infinity","n":12345678901234567,"s":"","b":"","ok":false,"#
                    + #""d":"-infinity","at":"2024-02-29T12:00:00Z","j":"{broken","x":2.5}"#,
                #"{"i":"word","r":"AQ==","n":"word","s":"//4=","b":"dGV4dA==","ok":7,"#
                    + #""d":5,"at":2.5,"j":"BQ==","x":"AA=="}"#,
                #"{"i":2.5,"r":"-Infinity","n":1,"s":"a\#u{FFFD}b","b":3,"ok":"yes","#
                    + #""d":null,"at":1700000000,"j":7,"x":null}"#,
            ])
    }

    @Test(arguments: [
        "CREATE TABLE t (id INT, v INT)", "CREATE TABLE t (id INTEGER PRIMARY KEY, v INT)",
        "CREATE TABLE t (id INT, rowid TEXT, oid TEXT, v INT)",
        "CREATE TABLE t (id INT, v INT, a TEXT DEFAULT 'x', PRIMARY KEY (a, id)) WITHOUT ROWID",
        "CREATE TABLE t (id INT COLLATE NOCASE PRIMARY KEY DESC, v INT) WITHOUT ROWID",
    ])
    func `a full refresh goes on behind any of its states`(definition: String) async throws {
        var source = try SourceSQLiteFile()
        source.configuration["checkpoint_rows"] = 10
        try source.execute(
            """
            \(definition);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 55)
            INSERT INTO t (id, v) SELECT i, i * 7 FROM n;
            """)
        let stream = try await source.stream("t")
        let whole = try await source.read([stream])
        #expect(whole.exitCode == 0, "\(whole.output)")
        #expect(whole.records.count == 55)
        #expect(whole.states.count == 6)
        try await resumesFromEach(whole, [stream], source)
        // New rowids that VACUUM gave make an old position worthless.
        guard whole.states[0]["stream"]?["stream_state"]?["key_fields"]?.arrayValue?.count == 1 else { return }
        try source.execute("VACUUM")
        #expect(try await source.read([stream], state: whole.states[0]).records.count == 55)
    }

    /// From each state on exactly the records come that came behind it.
    private func resumesFromEach(
        _ whole: ConnectorRun, _ streams: [ConfiguredStream], _ source: SourceSQLiteFile
    ) async throws {
        var seen = 0
        for message in whole.messages {
            if message["record"] != nil { seen += 1 }
            guard let state = message["state"] else { continue }
            let rest = try await source.read(streams, state: state)
            #expect(rest.records == Array(whole.records.dropFirst(seen)))
            #expect(rest.states.last?["stream"] == whole.states.last?["stream"])
        }
    }

    @Test func `checkpoints never part rows with an equal cursor`() async throws {
        var source = try SourceSQLiteFile()
        source.configuration["checkpoint_rows"] = 10
        try source.execute(
            """
            CREATE TABLE t (id INT, v INT);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
            INSERT INTO t SELECT i, i / 7 FROM n;
            INSERT INTO t VALUES (1001, NULL), (1002, NULL), (1003, NULL);
            """)
        let stream = try await source.stream("t", .incremental, cursor: "v")
        let whole = try await source.read([stream])
        #expect(whole.exitCode == 0)
        #expect(whole.records.count == 103)
        #expect(whole.records.prefix(3).compactMap { $0["id"]?.intValue } == [1001, 1002, 1003])
        let states = whole.states.compactMap { $0["stream"]?["stream_state"] }
        #expect(states.count > 5)
        #expect(states.last?["cursor"] == "14")
        #expect(states.last?["cursor_record_count"] == 3)
        try await resumesFromEach(whole, [stream], source)
    }

    @Test(arguments: [
        ("INT", "5", "6"), ("REAL", "0.1", "0.30000000000000004"), ("NUMERIC", "9", "10.5"), ("", "1", "1.5"),
        ("TEXT", "'a'' b'", "'b'"), ("TEXT COLLATE NOCASE", "'B'", "'a'"), ("", "'5'", "x'00'"), ("", "9e999", "'0'"),
        ("DATETIME", "'2024-01-01 10:00:00'", "'2024-01-01 10:00:01'"), ("DATE", "'2024-01-01'", "'2024-01-02'"),
        ("TEXT", "'a' || char(0) || 'b'", "'a' || char(0) || 'c'"), ("", "x'00ff'", "x'0100'"),
    ])
    func `an incremental read goes on behind its state`(type: String, first: String, second: String) async throws {
        let source = try SourceSQLiteFile()
        try source.execute("CREATE TABLE t (id INT, v \(type)); INSERT INTO t VALUES (1, \(first))")
        let stream = try await source.stream("t", .incremental, cursor: "v")
        var run = try await source.read([stream])
        #expect(run.records.count == 1, "\(run.output)")
        let state = run.states.last
        run = try await source.read([stream], state: state)
        #expect(run.records.isEmpty)
        #expect(run.states.last?["stream"] == state?["stream"])
        // A row with the very same cursor that came late is not passed over.
        try source.execute("INSERT INTO t VALUES (2, \(first))")
        run = try await source.read([stream], state: run.states.last)
        #expect(run.records.compactMap { $0["id"] } == [1, 2])
        try source.execute("INSERT INTO t VALUES (3, \(second))")
        run = try await source.read([stream], state: run.states.last)
        #expect(run.records.compactMap { $0["id"] } == [3])
    }

    @Test func `one and one point nought are one cursor, as they are to SQLite`() async throws {
        var source = try SourceSQLiteFile()
        source.configuration["checkpoint_rows"] = 1
        try source.execute("CREATE TABLE t (v BLOB); INSERT INTO t VALUES (1), (1.0), (1), (2)")
        let stream = try await source.stream("t", .incremental, cursor: "v")
        let run = try await source.read([stream])
        #expect(run.states.compactMap { $0["stream"]?["stream_state"]?["cursor_record_count"] } == [3, 1])
    }

    @Test func `only selected columns are read, none if need be`() async throws {
        let source = try SourceSQLiteFile()
        try source.execute("CREATE TABLE t (id INT, secret TEXT, v INT); INSERT INTO t VALUES (1, 'x', 2)")
        for sync in SyncMode.allCases {
            var stream = try await source.stream("t", sync, cursor: "v")
            stream.stream.jsonSchema = ["properties": ["id": ["type": "integer"]]]
            #expect(try await source.read([stream]).records == [["id": 1]])
            stream.stream.jsonSchema = [:]
            #expect(try await source.read([stream]).records == [[:]])
        }
    }

    @Test func `all streams are of one moment, whoever writes meanwhile`() async throws {
        var source = try SourceSQLiteFile()
        source.configuration["checkpoint_rows"] = 1
        try source.execute(
            "CREATE TABLE a (n INT); CREATE TABLE b (n INT); INSERT INTO a VALUES (0); INSERT INTO b VALUES (0)")
        let streams = [try await source.stream("a"), try await source.stream("b")]
        let writing = Task { [source] in
            let writer = try SQLiteConnection(path: source.path, access: .readWrite)
            var number = 0
            while !Task.isCancelled {
                number += 1
                try writer.execute(script: "BEGIN; UPDATE a SET n = \(number); UPDATE b SET n = \(number); COMMIT")
            }
            return number
        }
        var seen: Set<Int> = []
        while seen.count < 3 {
            let run = try await source.read(streams)
            #expect(run.exitCode == 0, "\(run.output)")
            let numbers = run.records.compactMap { $0["n"]?.intValue }
            #expect(numbers.count == 2 && numbers[0] == numbers[1])
            seen.formUnion(numbers)
        }
        writing.cancel()
        #expect(try await writing.value > 0)
    }

    @Test func `a file that cannot be read is refused with a sentence and left as it is`() async throws {
        let folder = try TemporaryFolder()
        try folder.write(Array("this is no database, however long it may be".utf8), to: "text")
        try folder.write(Array("SQLite format 3\0 and then nothing that holds".utf8), to: "fake")
        mkfifo("\(folder.path)/pipe", 0o600)
        for (path, words) in [
            ("\(folder.path)/none", "cannot be opened"), ("\(folder.path)/text", "no SQLite database"),
            ("\(folder.path)/fake", ""), ("\(folder.path)/pipe", "is not a file"), ("/", "absolute path of a file"),
            (folder.path, "is not a file"), ("relative.db", "absolute path"), ("", "needs a value"),
        ] {
            for operation in ["check", "discover"] {
                let run = try await ConnectorRun.run(
                    ["source-sqlite", operation], files: [("config", ["database_path": .string(path)])])
                let status = run.messages.first?["connectionStatus"]
                if operation == "check" { #expect(status?["status"] == "FAILED", "\(path)") }
                let message = operation == "check" ? status?["message"] : run.failure?["message"]
                #expect(message?.stringValue?.contains(words) == true, "\(path): \(message ?? nil)")
            }
        }
        #expect(access("\(folder.path)/none", F_OK) != 0)
    }

    @Test func `a broken file ends the read with an error, never as complete`() async throws {
        let source = try SourceSQLiteFile()
        try source.execute(
            """
            PRAGMA journal_mode = DELETE; CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
            INSERT INTO t SELECT i, hex(randomblob(100)) FROM n;
            """)
        let stream = try await source.stream("t")
        let file = open(source.path, O_RDWR)
        defer { close(file) }
        let garbage = [UInt8](repeating: 0xA5, count: 4096 * 3)
        #expect(pwrite(file, garbage, garbage.count, 4096 * 40) == garbage.count)
        let run = try await source.read([stream])
        #expect(run.exitCode == 1)
        #expect(run.failure?["message"]?.stringValue?.contains("malformed") == true, "\(run.failure ?? nil)")
        #expect(run.statuses.last == "INCOMPLETE")
    }

    @Test func `what cannot work is refused with a sentence`() async throws {
        let source = try SourceSQLiteFile()
        try source.execute("CREATE TABLE t (id INT, b BLOB); CREATE TABLE u (x)")
        for stream in [
            try await source.stream("t", .incremental), try await source.stream("t", .incremental, cursor: "b"),
            try await source.stream("t", .incremental, cursor: "gone"), .test("gone"),
            .test("t", namespace: "main"),
        ] {
            let run = try await source.read([stream])
            #expect(run.exitCode == 1)
            #expect(run.failure?["failure_type"] == "config_error")
            #expect(run.statuses == ["STARTED", "INCOMPLETE"])
        }
        let foreign: JSON = [
            "type": "STREAM", "stream": ["stream_descriptor": ["name": "t"], "stream_state": ["state_type": "xmin"]],
        ]
        let stream = try await source.stream("t", .incremental, cursor: "id")
        for state: JSON in [foreign, ["type": "GLOBAL", "global": ["stream_states": []]]] {
            let run = try await source.read([stream], state: state)
            #expect(run.failure?["failure_type"] == "config_error")
        }
    }
}
