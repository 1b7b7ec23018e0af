import JSON
import Posix
import Postgres
import SQL
import TestKit
import Testing

extension Programs {
    /// A table that goes from one Postgres to another by the API: in blocks, and as records where somebody looks at them.
    struct RowBlockTests {
        @Test func `a job counts the rows and bytes of the blocks that its table went in`() async throws {
            let pair = try await PostgresPair()
            let job = try await pair.sync(pair.connection())
            try await expectBlocks(job, pair)
            #expect(job.count("recordsCommitted", of: "things") == PostgresPair.rows)
            #expect(try await pair.differences() == [])
            #expect(await pair.program.stop() == .exited(0))
        }

        @Test func `blocks go into the namespace and under the prefix that a connection asks for`() async throws {
            let pair = try await PostgresPair()
            let connection = try await pair.connection(
                more: [
                    "namespaceDefinition": "customformat", "namespaceFormat": "from_${SOURCE_NAMESPACE}",
                    "prefix": "new_",
                ])
            // The second one replaces what the first one made.
            for _ in 0..<2 {
                try await expectBlocks(pair.sync(connection), pair)
                #expect(try await pair.differences("from_public.new_things") == [])
            }
            #expect(await pair.program.stop() == .exited(0))
        }

        @Test func `selected fields and mappers turn blocks off, and the rows are the same`() async throws {
            let pair = try await PostgresPair()
            let names = ["id", "u", "j", "n", "at", "t", "hidden"]
            let connection = try await pair.connection()
            let blocks = try await pair.sync(connection)
            try await expectBlocks(blocks, pair)
            try await pair.execute("ALTER TABLE things RENAME TO in_blocks", in: pair.warehouse)

            func select(_ fields: [String]) async throws {
                try await pair.api.configure(connection) { config in
                    config["fieldSelectionEnabled"] = true
                    config["selectedFields"] = .array(fields.map { ["fieldPath": [.string($0)]] })
                }
            }
            try await select(names)
            try await expectRecords(pair.sync(connection), besides: blocks)
            #expect(try await pair.differences() == [])
            // What the destination itself adds to a row is the same too.
            let own = "SELECT DISTINCT (_airbyte_meta - 'sync_id')::text AS value FROM"
            let metas = try await pair.values("\(own) things", in: pair.warehouse)
            #expect(try await pair.values("\(own) in_blocks", in: pair.warehouse) == metas)

            try await select(names.filter { $0 != "hidden" })
            try await expectRecords(pair.sync(connection), besides: blocks)
            let rest = "id::bigint, u::text, j, n, at, t"
            #expect(try await pair.differences("public.things", rest) == [])
            let columns = """
                SELECT column_name AS value FROM information_schema.columns
                WHERE table_schema = 'public' AND table_name = 'things' AND column_name NOT LIKE '\\_airbyte\\_%'
                """
            #expect(Set(try await pair.values(columns, in: pair.warehouse)) == Set(names).subtracting(["hidden"]))

            let mapped = try await pair.connection(more: ["prefix": "mapped_"])
            try await pair.api.configure(mapped) { config in
                config["mappers"] = [
                    [
                        "type": "field-renaming",
                        "mapperConfiguration": ["originalFieldName": "hidden", "newFieldName": "shown"],
                    ]
                ]
            }
            try await expectRecords(pair.sync(mapped), besides: blocks)
            #expect(try await pair.differences("public.mapped_things", rest) == [])
            let shown = "SELECT count(*)::text AS value FROM mapped_things WHERE shown = 'h' || id"
            #expect(try await pair.values(shown, in: pair.warehouse) == ["\(PostgresPair.rows)"])
            #expect(await pair.program.stop() == .exited(0))
        }

        @Test func `after the source was killed the next attempt goes on, and the table is the source's`() async throws
        {
            let pair = try await PostgresPair()
            let gate = try await Gate(pair, before: 40_000)
            let connection = try await pair.connection("append_dedup", source: gate.configuration)
            let job = try await pair.api.sync(connection)
            // The source waits in the middle of its table; what came before is committed and its state saved.
            try await eventually {
                try await pair.api.ask("state/get", ["connectionId": connection])["streamState"]?[0] != nil
            }
            let sources = pair.program.descendants.filter { process in
                CommandLines.of(process.pid).dropFirst().prefix(2) == ["source-postgres", "read"]
            }
            #expect(sources.count == 1)
            ProcessTree.signal(sources, .kill)
            try await gate.open()
            let ended = EndedJob(try await pair.api.ended(job))
            #expect(ended.status == "succeeded", "\(ended.json)")
            #expect(ended.attempts.count == 2)
            let failure = ended.attempts.first?["failureSummary"]?["failures"]?[0]
            #expect(failure?["failureOrigin"] == "source", "\(ended.json)")
            let rest = ended.count("recordsEmitted")
            #expect(rest > 0 && rest < PostgresPair.rows - 10_000, "\(rest)")
            #expect(try await pair.differences() == [])
            #expect(await pair.program.stop() == .exited(0))
        }

        private func expectBlocks(
            _ job: EndedJob, _ pair: PostgresPair, location: SourceLocation = #_sourceLocation
        ) async throws {
            #expect(job.status == "succeeded", "\(job.json)", sourceLocation: location)
            let bytes = try await pair.bytesInBlocks
            for name in ["Emitted", "Committed"] {
                #expect(job.count("records\(name)") == PostgresPair.rows, sourceLocation: location)
                #expect(job.count("bytes\(name)") == bytes, sourceLocation: location)
            }
        }

        /// Records have other bytes than blocks.
        private func expectRecords(
            _ job: EndedJob, besides blocks: EndedJob, location: SourceLocation = #_sourceLocation
        ) {
            #expect(job.status == "succeeded", "\(job.json)", sourceLocation: location)
            #expect(job.count("recordsCommitted") == PostgresPair.rows, sourceLocation: location)
            #expect(job.count("bytesCommitted") > blocks.count("bytesCommitted"), sourceLocation: location)
        }

        /// Holds a source up before one row of its table: a rule of the table waits for a lock when that row is read.
        private final class Gate: Sendable {
            let configuration: JSONObject
            private let holder: Holder

            /// A connection that one test holds and only uses from one thread at a time.
            private struct Holder: @unchecked Sendable {
                let connection: PostgresConnection
            }

            init(_ pair: PostgresPair, before id: Int) async throws {
                let role = "reader_" + UUID().description.filter { $0 != "-" }.lowercased()
                configuration = ["username": .string(role), "checkpoint_rows": 1000]
                let (url, password) = (pair.source, pair.server.password)
                holder = try await Thread.value {
                    let connection = try PostgresConnection(PostgresSettings(url: url))
                    try connection.execute(
                        script: """
                            CREATE ROLE \(role) LOGIN PASSWORD '\(password)'; GRANT SELECT ON things TO \(role);
                            CREATE FUNCTION gate() RETURNS boolean LANGUAGE plpgsql AS
                                'BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN true; END';
                            CREATE POLICY gated ON things USING (CASE WHEN id = \(id) THEN gate() ELSE true END);
                            ALTER TABLE things ENABLE ROW LEVEL SECURITY;
                            SELECT pg_advisory_lock(1)
                            """)
                    return Holder(connection: connection)
                }
            }

            func open() async throws {
                let holder = holder
                try await Thread.value { try holder.connection.execute(script: "SELECT pg_advisory_unlock(1)") }
            }
        }
    }
}
