import Airbyte
import JSON
import Testing

/// What destination-postgres makes of its own options.
@Suite("destination-postgres", .timeLimit(.minutes(5)))
struct DestinationPostgresTests {
    private static let integer: JSON = ["type": "integer"]
    private static let string: JSON = ["type": "string"]

    // MARK: Raw tables

    @Test func `raw tables hold whole records under the names that Airbyte gives them`() async throws {
        let destination = try await DestinationUnderTest(.postgres, ["disable_type_dedupe": true])
        let streams = [
            ConfiguredStream.test("users", mode: .appendDedup, key: [["id"]]),
            .test("a__b", [("id", Self.integer)], namespace: "sales"),
        ]
        let lines = [
            Messages.record("users", #"{"id":1,"name":"é\u0000x","more":{"a":[1,2.50]}}"#),
            Messages.record("users", #"{"id":1,"big":1e999999,"kept":2}"#),
            Messages.record("a__b", #"{"id":3}"#, namespace: "sales"), Messages.state("users", 1),
        ]
        for _ in 0..<2 { #expect(try await destination.write(streams, lines).output == [lines[3]]) }
        #expect(try await destination.tables() == ["public_raw__stream_users", "sales_raw___stream_a__b"])
        let table = "airbyte_internal.public_raw__stream_users"
        #expect(
            try await destination.rows(
                """
                SELECT _airbyte_data ->> 'name', _airbyte_data -> 'more' -> 'a' ->> 1,
                    _airbyte_meta -> 'changes' -> 0 ->> 'reason', count(DISTINCT _airbyte_raw_id)::bigint
                FROM \(table) WHERE _airbyte_data ? 'name' GROUP BY 1, 2, 3
                """) == ["éx|2.50|DESTINATION_SERIALIZATION_ERROR|2"])
        #expect(
            try await destination.rows(
                """
                SELECT _airbyte_data::text, _airbyte_meta -> 'changes' -> 0 ->> 'field',
                    _airbyte_meta -> 'changes' -> 0 ->> 'change', _airbyte_generation_id, _airbyte_loaded_at IS NULL
                FROM \(table) WHERE NOT _airbyte_data ? 'name' LIMIT 1
                """) == [#"{"id": 1, "big": null, "kept": 2}|big|NULLED|1|1"#])
        #expect(
            try await destination.rows(
                """
                SELECT column_name::text, data_type::text FROM information_schema.columns
                WHERE table_name = 'public_raw__stream_users' ORDER BY 1
                """) == [
                    "_airbyte_data|jsonb", "_airbyte_extracted_at|timestamp with time zone",
                    "_airbyte_generation_id|bigint", "_airbyte_loaded_at|timestamp with time zone",
                    "_airbyte_meta|jsonb",
                    "_airbyte_raw_id|text",
                ])
    }

    @Test func `a raw table of a truncating sync is replaced once it is complete`() async throws {
        let destination = try await DestinationUnderTest(
            .postgres, ["disable_type_dedupe": true, "raw_data_schema": "raw"])
        for generation: Int64 in 1...2 {
            let run = try await destination.write(
                [.test("users", mode: .overwrite, generation: generation, minimum: generation)],
                [Messages.record("users", #"{"id":\#(generation)}"#), Messages.complete("users")])
            #expect(run.exitCode == 0)
        }
        #expect(
            try await destination.rows("SELECT _airbyte_data::text FROM raw.public_raw__stream_users")
                == [#"{"id": 2}"#])
        #expect(try await destination.tables() == ["public_raw__stream_users"])
    }

    // MARK: Deletions

    private static let changes = ConfiguredStream.test(
        "t", [("id", integer), ("lsn", integer), ("_ab_cdc_deleted_at", string)], mode: .appendDedup, key: [["id"]],
        cursor: ["lsn"])

    private static func change(_ id: Int, _ lsn: Int, deleted: Bool = false) -> String {
        let time = deleted ? #""2024-01-01T00:00:00Z""# : "null"
        return Messages.record("t", #"{"id":\#(id),"lsn":\#(lsn),"_ab_cdc_deleted_at":\#(time)}"#, at: Int64(lsn))
    }

    /// Lines without meaning that fill more than one batch.
    private static let nextBatch = (0..<100_001).map { _ in change(0, 1) }

    @Test func `an older change that comes in a later batch does not bring a deleted row back`() async throws {
        let destination = try await DestinationUnderTest(.postgres)
        let lines =
            [
                Self.change(1, 1), Self.change(2, 1), Self.change(1, 20, deleted: true),
                Self.change(2, 20, deleted: true),
            ]
            + Self.nextBatch + [Self.change(1, 10), Self.change(2, 30)]
        #expect(try await destination.write([Self.changes], lines).exitCode == 0)
        #expect(try await destination.rows("SELECT id, lsn FROM t ORDER BY id") == ["0|1", "2|30"])
    }

    @Test func `a row whose key has NULLs in it stays deleted, too`() async throws {
        let destination = try await DestinationUnderTest(.postgres)
        var stream = Self.changes
        stream.primaryKey = [["id"], ["part"]]
        stream.stream.jsonSchema = [
            "properties": [
                "id": Self.integer, "part": Self.string, "lsn": Self.integer, "_ab_cdc_deleted_at": Self.string,
            ]
        ]
        let lines = [Self.change(1, 20, deleted: true)] + Self.nextBatch + [Self.change(1, 10)]
        #expect(try await destination.write([stream], lines).exitCode == 0)
        #expect(try await destination.rows("SELECT id, lsn FROM t") == ["0|1"])
    }

    @Test func `soft deletes keep the row and say when it went`() async throws {
        let destination = try await DestinationUnderTest(.postgres, ["cdc_deletion_mode": "Soft delete"])
        let lines = [Self.change(1, 1), Self.change(2, 1), Self.change(1, 20, deleted: true), Self.change(1, 10)]
        for _ in 0..<2 { #expect(try await destination.write([Self.changes], lines).exitCode == 0) }
        let rows = try await destination.rows("SELECT id, lsn, _ab_cdc_deleted_at FROM t ORDER BY id")
        #expect(rows == ["1|20|2024-01-01T00:00:00Z", "2|1|-"])
        // A row that comes back is alive again.
        #expect(try await destination.write([Self.changes], [Self.change(1, 30)]).exitCode == 0)
        #expect(try await destination.rows("SELECT id, lsn, _ab_cdc_deleted_at FROM t ORDER BY id")[0] == "1|30|-")
    }

    // MARK: What stands on a table

    @Test func `drop_cascade takes the views with the table that is replaced`() async throws {
        for (cascade, left) in [(false, ["2"]), (true, [])] as [(Bool, [String])] {
            let destination = try await DestinationUnderTest(.postgres, ["drop_cascade": .bool(cascade)])
            for generation: Int64 in 1...2 {
                let run = try await destination.write(
                    [.test("users", generation: generation, minimum: generation)],
                    [Messages.record("users", #"{"id":\#(generation)}"#), Messages.complete("users")])
                #expect(run.exitCode == 0)
                if generation == 1 { try await destination.execute("CREATE VIEW seen AS SELECT id FROM users") }
            }
            #expect(try await destination.rows("SELECT id FROM users") == ["2"])
            let views = try await destination.rows("SELECT viewname::text FROM pg_views WHERE schemaname = 'public'")
            #expect(views == (left.isEmpty ? [] : ["seen"]))
            if !left.isEmpty { #expect(try await destination.rows("SELECT id FROM seen") == left) }
        }
    }

    @Test(arguments: ["VIEW", "MATERIALIZED VIEW"])
    func `a view on a column that must be widened is named, or dropped where that is allowed`(
        kind: String
    ) async throws {
        for cascade in [false, true] {
            let destination = try await DestinationUnderTest(.postgres, ["drop_cascade": .bool(cascade)])
            _ = try await destination.write(
                [.test("users", [("id", Self.integer)])], [Messages.record("users", #"{"id":1}"#)])
            try await destination.execute(
                """
                CREATE \(kind) "The first" AS SELECT id FROM users;
                CREATE VIEW second AS SELECT * FROM "The first"; CREATE VIEW other AS SELECT _airbyte_raw_id FROM users
                """)
            let run = try await destination.write(
                [.test("users", [("id", ["type": "string"])])], [Messages.record("users", #"{"id":"x"}"#)])
            if cascade {
                #expect(run.exitCode == 0, "\(run.output)")
                #expect(try await destination.rows("SELECT id FROM users ORDER BY id") == ["1", "x"])
                #expect(try await destination.rows("SELECT count(*) FROM other") == ["2"])
            } else {
                let message = run.failure?["message"]?.stringValue ?? ""
                #expect(run.failure?["failure_type"] == "config_error")
                #expect(message.contains(#""public"."The first""#) && message.contains("drop_cascade"), "\(message)")
                #expect(!message.contains("other"))
                #expect(try await destination.rows("SELECT id FROM second") == ["1"])
            }
        }
    }

    // MARK: Changing schemas

    @Test func `columns that were declared NOT NULL may stay empty once the stream lost them`() async throws {
        let destination = try await DestinationUnderTest(.postgres)
        try await destination.execute(
            """
            CREATE TABLE users (
                _airbyte_raw_id varchar NOT NULL, _airbyte_extracted_at timestamptz NOT NULL, _airbyte_meta jsonb NOT NULL,
                _airbyte_generation_id bigint NOT NULL, id bigint NOT NULL, name text NOT NULL, gone int NOT NULL,
                filled int NOT NULL DEFAULT 7, counted int GENERATED ALWAYS AS IDENTITY, own int PRIMARY KEY DEFAULT 1)
            """)
        let stream = ConfiguredStream.test("users", generation: nil, minimum: nil)
        let run = try await destination.write([stream], [Messages.record("users", #"{"id":1}"#)])
        #expect(run.exitCode == 0, "\(run.output)")
        #expect(
            try await destination.rows("SELECT id, name, gone, filled, counted, own, _airbyte_generation_id FROM users")
                == ["1|-|-|7|1|1|-"])
        #expect(
            try await destination.rows(
                """
                SELECT column_name::text FROM information_schema.columns
                WHERE table_name = 'users' AND is_nullable = 'NO' ORDER BY 1
                """) == ["_airbyte_extracted_at", "_airbyte_meta", "_airbyte_raw_id", "counted", "filled", "own"])
    }

    @Test func `a table that views stand on takes rows without the columns that were declared NOT NULL`() async throws {
        let destination = try await DestinationUnderTest(.postgres)
        func sync(_ generation: Int64, _ fields: [(String, JSON)]) async throws {
            let run = try await destination.write(
                [.test("users", fields, generation: generation, minimum: generation)],
                [Messages.record("users", #"{"id":\#(generation)}"#), Messages.complete("users")])
            #expect(run.exitCode == 0, "\(run.output)")
        }
        try await sync(1, [("id", Self.integer), ("name", Self.string)])
        try await destination.execute(
            """
            CREATE VIEW seen AS SELECT id FROM users; UPDATE users SET name = 'x';
            ALTER TABLE users ALTER name SET NOT NULL, ADD gone int NOT NULL DEFAULT 1;
            ALTER TABLE users ALTER gone DROP DEFAULT
            """)
        try await sync(2, [("id", Self.integer), ("name", Self.string)])
        try await sync(3, [("id", Self.integer)])
        #expect(try await destination.rows("SELECT seen.id, name, gone FROM seen, users") == ["3|-|-"])
    }

    @Test func `a key with an index is widened step by step, and rows are still found by it`() async throws {
        let destination = try await DestinationUnderTest(.postgres)
        let steps: [(JSON, String)] = [
            (Self.integer, "1"), (["type": "number"], "1.5"), (Self.string, #""x""#), (["type": "object"], #"{"a":1}"#),
        ]
        for (index, (type, value)) in steps.enumerated() {
            let stream = ConfiguredStream.test(
                "t", [("id", type), ("n", Self.integer)], mode: .appendDedup, key: [["id"]])
            if index == 1 { try await destination.execute("CREATE INDEX mine ON t (id DESC) WHERE id IS NOT NULL") }
            for n in 0..<2 {
                let time = Int64(index * 2 + n)
                let run = try await destination.write(
                    [stream], [Messages.record("t", #"{"id":\#(value),"n":\#(n)}"#, at: time)])
                #expect(run.exitCode == 0, "\(run.output)")
            }
        }
        #expect(
            try await destination.rows("SELECT id::text, n FROM t ORDER BY _airbyte_extracted_at") == [
                "\"1\"|1", "\"1.5\"|1", "\"x\"|1", "{\"a\": 1}|1",
            ])
    }

    @Test(
        arguments: [
            ("cdc_deletion_mode", "Delete"), ("drop_cascade", "yes"), ("disable_type_dedupe", 1),
            ("unconstrained_number", "no"), ("raw_data_schema", 1),
        ] as [(String, JSON)])
    func `an option that is none is named`(key: String, value: JSON) async throws {
        let destination = try await DestinationUnderTest(.postgres, [key: value])
        let run = try await ConnectorRun.run(
            ["destination-postgres", "check"], files: [("config", destination.configuration)])
        let status = run.messages.first?["connectionStatus"]
        #expect(status?["status"] == "FAILED")
        #expect(status?["message"]?.stringValue?.contains(key) == true)
    }
}
