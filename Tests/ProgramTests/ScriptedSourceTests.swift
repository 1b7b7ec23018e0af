import JSON
import Posix
import SQL
import SQLite
import TestKit
import Testing

extension Programs {
    /// Sources that break off, mix, hang, flood and miscount, from the first record to the answer of the API.
    struct ScriptedSourceTests {
        private static let complete: JSON = ["status": "COMPLETE"]

        /// An attempt that fails is the end of its job, also where it has committed something.
        private static func up(
            _ settings: [String: String] = [:]
        ) async throws -> (Installation, RunningProgram, APIClient) {
            let once = ["SYNC_JOB_RETRIES_PARTIAL_FAILURES_MAX_SUCCESSIVE": "1"]
            let installation = try Installation(settings: once.merging(settings) { $1 })
            let (program, api) = try await installation.up()
            return (installation, program, api)
        }

        /// A hundred numbers with a state after every ten.
        private static func hundred(endingAt last: Int, _ end: JSON?) -> [JSON] {
            var script: [JSON] = [["status": "STARTED"]]
            if last == 0, let end { script.append(end) }
            for number in 1...100 where number == last || number.isMultiple(of: 10) {
                script.append(["to": .integer(number)])
                if number.isMultiple(of: 10) { script.append(["state": "numbers"]) }
                if number == last, let end { script.append(end) }
            }
            return script + [complete]
        }

        @Test(.proves("2.4-echo", "2.6-committed", "2.7-sweep"), arguments: [0, 1, 50, 99, 100])
        func `what a source that dies on its way has brought stays, and the next sync brings the rest`(at last: Int)
            async throws
        {
            let (installation, program, api) = try await Self.up()
            let file = "\(installation.directory)/x.db"
            let destination = try await api.destination(
                "swiftlet/destination-sqlite", ["destination_path": .string(file)])
            let end: JSON = ["exit": 1, "once": .string("\(installation.directory)/died")]
            let connection = try await ScriptedConnection(
                api, to: destination, playing: Self.hundred(endingAt: last, end))
            let sentence = "Source process exited with non-zero exit code 1 without any message"
            let failed = try await connection.sync()
            expectFailure(failed, "source", "system_error", sentence)
            #expect(failed.count("recordsEmitted") == last)
            let committed = last / 10 * 10
            #expect(failed.count("recordsCommitted") == committed)
            #expect(try await connection.saved == (committed == 0 ? [:] : ["numbers": committed]))
            let table = try await NumberTable.sqlite(file)
            #expect(table.rows == table.greatest && (committed...last).contains(table.rows), "\(table)")
            let stats = try await stored("SELECT stats AS text FROM attempt", in: installation)
            #expect(stats.allSatisfy { !$0.contains("\"running\"") }, "\(stats)")
            expectSuccess(try await connection.sync(), emitted: 100 - committed)
            #expect(try await connection.saved == ["numbers": 100])
            #expect(try await NumberTable.sqlite(file) == .complete(100))
            #expect(await program.stop() == .exited(0))
        }

        @Test(.proves("9-old-table", "2.1-no-complete"), arguments: [0, 1, 50, 99, 100])
        func `an overwrite whose source dies on its way keeps the old table, and the next one replaces it`(
            at last: Int
        ) async throws {
            let (installation, program, api) = try await Self.up()
            let file = "\(installation.directory)/x.db"
            let destination = try await api.destination(
                "swiftlet/destination-sqlite", ["destination_path": .string(file)])
            let connection = try await ScriptedConnection(
                api, to: destination, "full_refresh", "overwrite", playing: [["to": 5], Self.complete])
            expectSuccess(try await connection.sync(), emitted: 5)
            let end: JSON = ["exit": 1, "once": .string("\(installation.directory)/died")]
            try await connection.play(Self.hundred(endingAt: last, end))
            let failed = try await connection.sync()
            expectFailure(failed, "source", "system_error", "non-zero exit code 1")
            #expect(failed.count("recordsEmitted") == last)
            #expect(try await NumberTable.sqlite(file) == .complete(5))
            expectSuccess(try await connection.sync(), emitted: 100)
            #expect(try await NumberTable.sqlite(file) == .complete(100))
            #expect(await program.stop() == .exited(0))
        }

        @Test func `after a source that died the job's next attempt goes on where the first one was saved`()
            async throws
        {
            let (installation, program, api) = try await Self.up()
            let file = "\(installation.directory)/x.db"
            let end: JSON = ["exit": 1, "once": .string("\(installation.directory)/died")]
            let connection = try await ScriptedConnection(
                api,
                to: api.destination("swiftlet/destination-sqlite", ["destination_path": .string(file)]),
                more: ["runPolicy": ["retry": ["maxSuccessivePartialFailures": 2]]],
                playing: Self.hundred(endingAt: 50, end))
            let job = try await connection.sync()
            expectSuccess(job, emitted: 50)
            #expect(job.attempts.map { $0["status"] } == ["failed", "succeeded"])
            #expect(job.attempts.first?["failureSummary"]?["partialSuccess"] == true)
            #expect(job.json["job"]?["aggregatedStats"]?["recordsCommitted"] == 100, "\(job.json)")
            #expect(try await NumberTable.sqlite(file) == .complete(100))
            #expect(await program.stop() == .exited(0))
        }

        @Test(.proves("2.2-inject", "2.3-count"))
        func `states before any record, twice in a row, and none after the last record are all well`() async throws {
            let (installation, program, api) = try await Self.up()
            let file = "\(installation.directory)/x.db"
            let destination = try await api.destination(
                "swiftlet/destination-sqlite", ["destination_path": .string(file)])
            let state: JSON = ["state": "numbers"]
            let connection = try await ScriptedConnection(
                api, to: destination,
                playing: [state, state, ["to": 10], state, state, ["to": 20], state, state, Self.complete])
            let job = try await connection.sync()
            expectSuccess(job, emitted: 20)
            #expect(job.count("stateMessagesEmitted") == 6 && job.count("destinationStateMessagesEmitted") == 6)
            #expect(try await connection.saved == ["numbers": 20])
            #expect(try await NumberTable.sqlite(file) == .complete(20))

            let full = try await ScriptedConnection(
                api, to: destination, "full_refresh", "overwrite", playing: [["to": 30], Self.complete])
            let injected = try await full.sync()
            expectSuccess(injected, emitted: 30)
            #expect(injected.count("stateMessagesEmitted") == 1)
            #expect(injected.count("destinationStateMessagesEmitted") == 1)
            #expect(try await NumberTable.sqlite(file) == .complete(30))
            // The last records have no state of their own.
            try await full.play([["to": 30], state, ["to": 40], Self.complete])
            expectSuccess(try await full.sync(), emitted: 40)
            #expect(try await NumberTable.sqlite(file) == .complete(40))
            #expect(await program.stop() == .exited(0))
        }

        @Test(.proves("1.5-log", "1.14-stderr"))
        func `a flood of log lines fails nothing, is cut, and leaves room for how it ended`() async throws {
            let (installation, program, api) = try await Self.up(["SWIFTLET_ATTEMPT_LOG_MEGABYTES": "2"])
            let file = "\(installation.directory)/x.db"
            let connection = try await ScriptedConnection(
                api, to: api.destination("swiftlet/destination-sqlite", ["destination_path": .string(file)]),
                playing: [
                    ["log": "the first word", "stack": "at line 1\nat line 2"],
                    ["error": "stderr begins"], ["to": 10], ["state": "numbers"],
                    ["log": "the same again and again and again", "times": 200_000],
                    ["error": "not on this channel either", "times": 200_000],
                    ["to": 20], ["state": "numbers"], Self.complete,
                ])
            let id = try await api.sync(connection.id)
            let job = EndedJob(try await api.ended(id))
            expectSuccess(job, emitted: 20)
            #expect(try await NumberTable.sqlite(file) == .complete(20))
            let answer = try await api.send("GET", "/api/swiftlet/jobs/\(id.text)/attempts/0/log?format=json")
            #expect(answer.body.utf8.count < 4 << 20)
            let lines = answer.body.split(separator: "\n").compactMap { try? JSON.parse(String($0)) }
            let first = lines.first { $0["message"]?.stringValue?.contains("the first word") == true }
            #expect(first?["logSource"] == "source" && first?["level"] == "info", "\(lines.prefix(20))")
            #expect(first?["message"] == "the first word\nat line 1\nat line 2")
            let error = lines.first { $0["message"] == "stderr begins" }
            #expect(error?["logSource"] == "source" && error?["level"] == "error", "\(lines.prefix(20))")
            #expect(answer.body.contains("The log of this attempt is full"))
            #expect(answer.body.contains("The attempt completed: 20 records read"), "\(lines.suffix(5))")
            #expect(await program.stop() == .exited(0))
        }

        @Test(.proves("1.4-mixed"))
        func `a source that mixes states of a stream with states of all fails, and what was committed stays`()
            async throws
        {
            let (installation, program, api) = try await Self.up()
            let states: [JSON] = [["state": "numbers"], ["global": [:]]]
            for (index, order) in [states, states.reversed()].enumerated() {
                let file = "\(installation.directory)/\(index).db"
                let connection = try await ScriptedConnection(
                    api, to: api.destination("swiftlet/destination-sqlite", ["destination_path": .string(file)]),
                    playing: [["to": 10], order[0], ["to": 20], order[1], Self.complete])
                let job = try await connection.sync()
                expectFailure(job, "source", "system_error", "mixes states of different types")
                #expect(job.count("recordsCommitted") == 10)
                #expect(try await connection.saved == ["numbers": 10])
                #expect(try await NumberTable.sqlite(file).holdsAll(20))
            }
            #expect(await program.stop() == .exited(0))
        }

        @Test(.proves("9-counts", "2.5-source", "2.5-policy"))
        func `a source that loses one record in ten thousand fails, or is warned of where its connection says so`()
            async throws
        {
            let (installation, program, api) = try await Self.up()
            let file = "\(installation.directory)/x.db"
            let script: [JSON] = [
                ["to": 10_000, "skip": [5000]], ["state": "numbers", "count": 10_000], Self.complete,
            ]
            let connection = try await ScriptedConnection(
                api, to: api.destination("swiftlet/destination-sqlite", ["destination_path": .string(file)]),
                "full_refresh", "overwrite", playing: [["to": 5], Self.complete])
            expectSuccess(try await connection.sync(), emitted: 5)
            try await connection.play(script)
            let sentence =
                "The source says it sent 10000 records of the stream numbers before its state; 9999 arrived."
            expectFailure(
                try await connection.sync(), "source", "system_error", sentence, stream: "numbers")
            #expect(try await NumberTable.sqlite(file) == .complete(5))
            #expect(try await events(of: connection, "COUNTS_DIFFER", api).isEmpty)

            try await api.ask(
                "connections/update", ["connectionId": connection.id, "runPolicy": ["countMismatch": "warn"]])
            let warned = try await connection.sync()
            expectSuccess(warned, emitted: 9999)
            #expect(warned.warnings == ["count_mismatch"])
            #expect(warned.warningEntries.first?["message"] == .string(sentence))
            #expect(warned.warningEntries.first?["stream"]?["name"] == "numbers")
            #expect(try await NumberTable.sqlite(file).rows == 9999)
            let told = try await events(of: connection, "COUNTS_DIFFER", api)
            #expect(told.count == 1)
            #expect(told.first?["summary"]?["message"] == .string(sentence), "\(told)")
            #expect(await program.stop() == .exited(0))
        }

        @Test(.proves("9-counts", "2.5-source"))
        func `what was lost on the way is read again by the sync after the one that failed for it`() async throws {
            let (installation, program, api) = try await Self.up()
            let file = "\(installation.directory)/x.db"
            let connection = try await ScriptedConnection(
                api, to: api.destination("swiftlet/destination-sqlite", ["destination_path": .string(file)]),
                playing: [
                    ["to": 10], ["state": "numbers", "count": 10], ["to": 20, "skip": [15]],
                    ["state": "numbers", "count": 10], ["to": 30], ["state": "numbers", "count": 10], Self.complete,
                ])
            let failed = try await connection.sync()
            expectFailure(failed, "source", "system_error", "9 arrived", stream: "numbers")
            #expect(failed.count("recordsCommitted") == 10)
            #expect(try await connection.saved == ["numbers": 10])
            try await connection.play([["to": 30], ["state": "numbers", "count": 20], Self.complete])
            expectSuccess(try await connection.sync(), emitted: 20)
            #expect(try await NumberTable.sqlite(file) == .complete(30))
            #expect(await program.stop() == .exited(0))
        }

        @Test(.proves("2.12-source"))
        func `a source that has said everything and does not end is stopped, and what it brought stays`() async throws {
            let (installation, program, api) = try await Self.up([
                "SWIFTLET_SOURCE_SILENCE_SECONDS": "1", "SWIFTLET_CONNECTOR_GRACE_SECONDS": "1",
            ])
            let hanging: [JSON] = [["to": 10], ["state": "numbers"], Self.complete, ["hang": true]]
            for mode in [("incremental", "append_dedup"), ("full_refresh", "overwrite")] as [(JSON, JSON)] {
                let file = "\(installation.directory)/\(mode.1.stringValue ?? "").db"
                let connection = try await ScriptedConnection(
                    api, to: api.destination("swiftlet/destination-sqlite", ["destination_path": .string(file)]),
                    mode.0, mode.1, playing: [["to": 5], ["state": "numbers"], Self.complete])
                expectSuccess(try await connection.sync(), emitted: 5)
                try await connection.play(hanging)
                let job = try await connection.sync()
                expectFailure(job, "source", "heartbeat_timeout", "has sent nothing for 1 seconds and was stopped")
                // Only an end of its own would show that the overwriting table is whole.
                #expect(try await NumberTable.sqlite(file) == .complete(mode.1 == "overwrite" ? 5 : 10))
                #expect(try await connection.saved == ["numbers": 10])
            }
            try await eventually { program.attempts.isEmpty }
            #expect(await program.stop() == .exited(0))
            #expect(installation.jobDirectories.isEmpty)
        }

        @Test func `a source that leaves its output to a child that says nothing has ended all the same`() async throws
        {
            let (installation, program, api) = try await Self.up()
            let file = "\(installation.directory)/x.db"
            let connection = try await ScriptedConnection(
                api, to: api.destination("swiftlet/destination-sqlite", ["destination_path": .string(file)]),
                playing: [["to": 10], ["state": "numbers"], Self.complete, ["leave": 600]])
            expectSuccess(try await connection.sync(), emitted: 10)
            #expect(try await NumberTable.sqlite(file) == .complete(10))
            #expect(program.descendants.isEmpty)
            #expect(await program.stop() == .exited(0))
        }

        @Test(.proves("9-zero"))
        func `a full refresh that has no rows any more succeeds, with a warning and an event`() async throws {
            let (installation, program, api) = try await Self.up()
            let file = "\(installation.directory)/x.db"
            let connection = try await ScriptedConnection(
                api, to: api.destination("swiftlet/destination-sqlite", ["destination_path": .string(file)]),
                "full_refresh", "overwrite", playing: [["to": 5], Self.complete])
            let first = try await connection.sync()
            expectSuccess(first, emitted: 5)
            #expect(first.warnings.isEmpty)
            try await connection.play([Self.complete])
            let job = try await connection.sync()
            expectSuccess(job, emitted: 0)
            #expect(job.warnings == ["no_records"])
            #expect(job.warningEntries.first?["stream"]?["name"] == "numbers")
            let told = try await events(of: connection, "STREAMS_EMPTY", api)
            #expect(told.count == 1 && told.first?["eventType"] == "UNKNOWN", "\(told)")
            #expect(told.first?["summary"]?["jobId"] == job.json["job"]?["id"])
            #expect(try await NumberTable.sqlite(file).rows == 0)
            #expect(await program.stop() == .exited(0))
        }

        @Test(.proves("9-streams", "9-old-table", "2.1-complete"))
        func `of two streams the one that came whole is replaced, and the other one fails the sync by its name`()
            async throws
        {
            let (installation, program, api) = try await Self.up()
            let file = "\(installation.directory)/x.db"
            let fields: JSON = ["fields": ["id": "integer", "value": "string"]]
            func script(_ numbers: JSON, _ letters: JSON, _ end: JSON) -> [JSON] {
                [
                    ["to": numbers], ["state": "numbers"], ["to": letters, "of": "letters"], ["state": "letters"],
                    ["status": end, "of": "letters"], Self.complete,
                ]
            }
            let connection = try await ScriptedConnection(
                api, to: api.destination("swiftlet/destination-sqlite", ["destination_path": .string(file)]),
                "full_refresh", "overwrite", streams: ["numbers": fields, "letters": fields],
                playing: script(5, 5, "COMPLETE"))
            expectSuccess(try await connection.sync(), emitted: 10)
            try await connection.play(script(8, 3, "INCOMPLETE"))
            let failed = try await connection.sync()
            expectFailure(
                failed, "source", "system_error", "did not complete the stream letters", stream: "letters")
            #expect(failed.failures.count == 1)
            #expect(try await NumberTable.sqlite(file) == .complete(8))
            #expect(try await NumberTable.sqlite(file, of: "letters") == .complete(5))
            try await connection.play(script(9, 9, "COMPLETE"))
            expectSuccess(try await connection.sync(), emitted: 18)
            #expect(try await NumberTable.sqlite(file, of: "letters") == .complete(9))
            #expect(await program.stop() == .exited(0))
        }

        @Test(.proves("1.14-null-keys"))
        func `a record without its key fails a sync that deduplicates by it, and only such a one`() async throws {
            let (installation, program, api) = try await Self.up()
            let rows: JSON = [["id": 1, "value": "a"], ["id": nil, "value": "b"]]
            let script: [JSON] = [["rows": rows], ["state": "numbers"], Self.complete]
            let appending = try await ScriptedConnection(
                api,
                to: api.destination(
                    "swiftlet/destination-sqlite", ["destination_path": .string("\(installation.directory)/a.db")]),
                "incremental", "append", playing: script)
            expectSuccess(try await appending.sync(), emitted: 2)
            let merging = try await ScriptedConnection(
                api,
                to: api.destination(
                    "swiftlet/destination-sqlite", ["destination_path": .string("\(installation.directory)/m.db")]),
                playing: script)
            expectFailure(
                try await merging.sync(), "source", "system_error", "All the defined primary keys are null",
                stream: "numbers")
            #expect(try await merging.saved == [:])
            #expect(await program.stop() == .exited(0))
        }

        @Test(.proves("1.6-estimate"))
        func `estimates are told, unless the source mixes those of streams with those of the sync`() async throws {
            let (installation, program, api) = try await Self.up()
            func estimate(_ type: JSON) -> JSON {
                let estimate: JSON = ["name": "numbers", "type": type, "row_estimate": 40, "byte_estimate": 4000]
                return [
                    "say": ["type": "TRACE", "trace": ["type": "ESTIMATE", "emitted_at": 1, "estimate": estimate]]
                ]
            }
            let rest: [JSON] = [["to": 10], ["state": "numbers"], Self.complete]
            let connection = try await ScriptedConnection(
                api,
                to: api.destination(
                    "swiftlet/destination-sqlite", ["destination_path": .string("\(installation.directory)/x.db")]),
                playing: [estimate("STREAM")] + rest)
            let told = try await connection.sync()
            #expect(told.count("estimatedRecords") == 40 && told.count("estimatedBytes") == 4000, "\(told.json)")
            #expect(told.count("estimatedRecords", of: "numbers") == 40)
            try await connection.play([estimate("STREAM"), estimate("SYNC")] + rest)
            let mixed = try await connection.sync()
            #expect(mixed.status == "succeeded")
            #expect(mixed.attempts.last?["totalStats"]?["estimatedRecords"] == nil, "\(mixed.json)")
            #expect(await program.stop() == .exited(0))
        }

        private func events(of connection: ScriptedConnection, _ kind: JSON, _ api: APIClient) async throws -> [JSON] {
            let query: JSON = ["connectionId": connection.id, "eventTypes": [kind]]
            return try await api.ask("connections/events/list", query)["events"]?.arrayValue ?? []
        }

        /// The column `text` of a query on the programs' own database.
        private func stored(_ query: String, in installation: Installation) async throws -> [String] {
            try await Thread.value {
                let connection = try SQLiteConnection(path: "\(installation.data)/swiftlet.db", access: .readOnly)
                defer { connection.close() }
                return try connection.rows(Query(trusted: query)).map { try $0.get("text") }
            }
        }
    }
}
