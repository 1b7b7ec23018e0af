import JSON
import Posix
import SQL
import SQLite
import TestKit
import Testing

extension Programs {
    /// Destinations that lose rows and acknowledge in an order of their own, and states that cannot be stored.
    struct ScriptedDestinationTests {
        private static let complete: JSON = ["status": "COMPLETE"]

        private static func up() async throws -> (Installation, RunningProgram, APIClient) {
            let installation = try Installation(settings: ["SYNC_JOB_RETRIES_PARTIAL_FAILURES_MAX_SUCCESSIVE": "1"])
            let (program, api) = try await installation.up()
            return (installation, program, api)
        }

        /// A destination that is told when streams are complete, as native ones are.
        private static func destination(_ api: APIClient, _ configuration: JSON) async throws -> JSON {
            let made = try await api.ask(
                "destination_definitions/create_custom",
                [
                    "workspaceId": api.workspace(),
                    "destinationDefinition": [
                        "name": "scripted", "dockerRepository": "exec:destination-scripted", "dockerImageTag": "dev",
                        "documentationUrl": "https://example.com", "supportsRefreshes": true,
                    ],
                ])
            let destination = try await api.ask(
                "destinations/create",
                [
                    "workspaceId": api.workspace(), "name": "scripted",
                    "destinationDefinitionId": made["destinationDefinitionId"] ?? .null,
                    "connectionConfiguration": configuration,
                ])
            return try #require(destination["destinationId"])
        }

        private static func journal(_ directory: String) throws -> [JSON] {
            try SecureFile.read("\(directory)/journal", limit: 64 << 20).split(separator: 10).map {
                try JSON.parse(Array($0))
            }
        }

        @Test(.proves("1.1-echo-order", "1.4-id", "1.4-stats", "2.3-count"))
        func `a destination gets each state behind its records, numbered and counted`() async throws {
            let (installation, program, api) = try await Self.up()
            let directory = installation.directory
            var script: [JSON] = []
            for number in 1...20 {
                script += [
                    ["to": .integer(number * 50)], ["to": .integer(number * 3), "of": "letters"],
                    ["state": "numbers"], ["state": "letters"],
                ]
            }
            let fields: JSON = ["fields": ["id": "integer", "value": "string"]]
            let connection = try await ScriptedConnection(
                api, to: Self.destination(api, ["directory": .string(directory)]), "incremental", "append",
                streams: ["numbers": fields, "letters": fields],
                playing: script + [Self.complete, ["status": "COMPLETE", "of": "letters"]])
            expectSuccess(try await connection.sync(), emitted: 1060)
            var arrived: [String: Int] = [:]
            var ids: [Int] = []
            for message in try Self.journal(directory) {
                if let record = message["record"], let name = record["stream"]?.stringValue {
                    #expect(record["data"]?["id"]?.intValue == arrived[name, default: 0] + 1)
                    arrived[name, default: 0] += 1
                }
                if let state = message["state"], let name = state["stream"]?["stream_descriptor"]?["name"]?.stringValue
                {
                    #expect(state["stream"]?["stream_state"]?["last"]?.intValue == arrived[name])
                    #expect(state["sourceStats"]?["recordCount"]?.text == (name == "numbers" ? "50.0" : "3.0"))
                    ids.append(try #require(state["id"]?.intValue))
                }
            }
            #expect(arrived == ["numbers": 1000, "letters": 60])
            #expect(ids.count == 40 && zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 }, "\(ids)")
            #expect(await program.stop() == .exited(0))
        }

        @Test(.proves("9-counts", "9-after-swap", "2.5-destination", "2.5-policy"))
        func `a destination that loses one row in ten thousand fails, and is told of where it was seen too late`()
            async throws
        {
            let (installation, program, api) = try await Self.up()
            let destination = try await Self.destination(
                api, ["directory": .string(installation.directory), "drop": 10_000, "reports": true])
            let script: [JSON] = [["to": 10_000], ["state": "numbers"], Self.complete]
            let sentence =
                "The destination says it wrote 9999 records of the stream numbers for a state; 10000 were sent to it."
            let late = "the table may already have been replaced"
            let appending = try await ScriptedConnection(api, to: destination, "incremental", "append", playing: script)
            let failed = try await appending.sync()
            expectFailure(failed, "destination", "system_error", sentence, stream: "numbers")
            #expect(try await appending.saved == [:])
            #expect(failed.count("recordsCommitted") == 0)
            #expect(failed.failures.first?["externalMessage"]?.stringValue?.contains(late) == false)

            let replacing = try await ScriptedConnection(
                api, to: destination, "full_refresh", "overwrite", playing: script)
            let swapped = try await replacing.sync()
            expectFailure(swapped, "destination", "system_error", sentence, stream: "numbers")
            #expect(swapped.failures.first?["externalMessage"]?.stringValue?.contains(late) == true)

            try await api.ask(
                "connections/update", ["connectionId": replacing.id, "runPolicy": ["countMismatch": "warn"]])
            let warned = try await replacing.sync()
            expectSuccess(warned, emitted: 10_000)
            #expect(warned.warnings == ["count_mismatch"])
            #expect(await program.stop() == .exited(0))
        }

        /// Which of four states, those of numbers and letters in turn, come back in which order; what is saved then.
        private static let echoes: [(echo: JSON, saved: [String: Int], committed: Int, missing: String?)] = [
            ([0, 1, 2, 3], ["numbers": 20, "letters": 20], 40, nil),
            ([2, 0, 3, 1], ["numbers": 20, "letters": 20], 40, nil),
            ([3, 2, 1, 0, 0, 3], ["numbers": 20, "letters": 20], 40, nil),
            ([3, 0], ["numbers": 10, "letters": 20], 30, "all states of numbers."),
            ([3, 1, 0], ["numbers": 10, "letters": 20], 30, "all states of numbers."),
            ([1, 3], ["letters": 20], 20, "all states of numbers."),
            ([], [:], 0, "all states of numbers, letters."),
        ]

        @Test(.proves("2.4-echo", "2.4-latest", "9-states"))
        func `states that come back in another order commit what stands before them, and none is taken back`()
            async throws
        {
            let (installation, program, api) = try await Self.up()
            let directory: JSON = .string(installation.directory)
            let destination = try await Self.destination(api, ["directory": directory])
            let fields: JSON = ["fields": ["id": "integer", "value": "string"]]
            for (echo, saved, committed, missing) in Self.echoes {
                try await api.ask(
                    "destinations/update",
                    [
                        "destinationId": destination, "name": "scripted",
                        "connectionConfiguration": ["directory": directory, "echo": echo],
                    ])
                let connection = try await ScriptedConnection(
                    api, to: destination, "incremental", "append", streams: ["numbers": fields, "letters": fields],
                    playing: [
                        ["to": 10], ["state": "numbers"], ["to": 10, "of": "letters"], ["state": "letters"],
                        ["to": 20], ["state": "numbers"], ["to": 20, "of": "letters"], ["state": "letters"],
                        Self.complete, ["status": "COMPLETE", "of": "letters"],
                    ])
                let job = try await connection.sync()
                if let missing {
                    expectFailure(job, "destination", "system_error", missing)
                } else {
                    expectSuccess(job, emitted: 40)
                }
                #expect(job.count("recordsCommitted") == committed, "\(echo): \(job.json)")
                #expect(try await connection.saved == saved, "\(echo)")
                let stale = job.log.contains { $0.contains("had not been sent or had echoed before") }
                #expect(
                    stale == [[2, 0, 3, 1], [3, 2, 1, 0, 0, 3], [3, 1, 0]].contains(echo), "\(echo): \(job.log)")
                // What was not acknowledged is read again, all of it.
                try await api.ask(
                    "destinations/update",
                    [
                        "destinationId": destination, "name": "scripted",
                        "connectionConfiguration": ["directory": directory],
                    ])
                let rest = 40 - saved.values.reduce(0, +)
                expectSuccess(try await connection.sync(), emitted: rest)
                #expect(try await connection.saved == ["numbers": 20, "letters": 20])
            }
            #expect(await program.stop() == .exited(0))
        }

        @Test(.proves("1.9-destination-catalog"))
        func `a destination tells its objects, and is told into which a stream is written`() async throws {
            let (installation, program, api) = try await Self.up()
            let directory = JSON.string(installation.directory)
            let lead: JSON = [
                "object_name": "Lead", "sync_mode": "update", "json_schema": ["type": "object"],
                "matching_keys": [["id"]],
            ]
            let destination = try await Self.destination(api, ["directory": directory, "objects": [lead]])
            let found = try await api.ask("destinations/discover_schema", ["destinationId": destination])
            #expect(
                found["catalog"]?["operations"] == [
                    [
                        "objectName": "Lead", "syncMode": "update", "schema": ["type": "object"],
                        "matchingKeys": [["id"]],
                    ]
                ])
            let connection = try await ScriptedConnection(
                api, to: destination, "incremental", "append",
                playing: [["to": 5], ["state": "numbers"], Self.complete])
            let kept = try await api.ask(
                "destinations/get_catalog_for_connection", ["connectionId": connection.id])
            #expect(kept == found)
            try await connection.configure { config in
                config["destinationObjectName"] = "Lead"
                config["destinationSyncMode"] = "update"
                config["primaryKey"] = [["id"]]
            }
            let again = try await api.ask(
                "destinations/discover_schema", ["destinationId": destination, "disableCache": true])
            #expect(again == found, "the same catalog keeps its id")
            expectSuccess(try await connection.sync(), emitted: 5)
            let told = try JSON.parse(SecureFile.read("\(installation.directory)/catalog.json", limit: 1 << 20))
            #expect(told["streams"]?[0]?["destination_object_name"] == "Lead")
            #expect(told["streams"]?[0]?["destination_sync_mode"] == "update")
            #expect(await program.stop() == .exited(0))
        }

        @Test(.proves("2.4-latest", "1.4-scope"))
        func `of states of all streams the newest that came back counts, whatever came after it`() async throws {
            let (installation, program, api) = try await Self.up()
            let directory: JSON = .string(installation.directory)
            let cases: [(echo: JSON, saved: Int)] = [([2, 0, 1], 30), ([1, 0], 20), ([0, 1], 20)]
            for (echo, saved) in cases {
                let connection = try await ScriptedConnection(
                    api, to: Self.destination(api, ["directory": directory, "echo": echo]), "incremental", "append",
                    playing: [
                        ["to": 10], ["global": [:]], ["to": 20], ["global": [:]], ["to": 30], ["global": [:]],
                        Self.complete,
                    ])
                let job = try await connection.sync()
                #expect(job.status == (saved == 30 ? "succeeded" : "failed"), "\(echo): \(job.json)")
                #expect(job.count("recordsCommitted") == saved, "\(echo): \(job.json)")
                #expect(try await connection.saved == ["numbers": saved])
                let state = try await api.ask("state/get", ["connectionId": connection.id])
                #expect(state["globalState"]?["sharedState"]?["sum"] == .integer(saved), "\(state)")
            }
            #expect(await program.stop() == .exited(0))
        }

        @Test(.proves("2.5-global", "2.8-global"))
        func `a state of all streams keeps its names, and its count is that of all of them`() async throws {
            let (installation, program, api) = try await Self.up()
            let fields: JSON = ["fields": ["id": "integer", "value": "string"]]
            func script(_ count: JSON) -> [JSON] {
                [
                    ["to": 10], ["to": 5, "of": "letters"], ["global": [:], "count": count], Self.complete,
                    ["status": "COMPLETE", "of": "letters"],
                ]
            }
            let connection = try await ScriptedConnection(
                api, to: Self.destination(api, ["directory": .string(installation.directory)]), "incremental", "append",
                streams: ["numbers": fields, "letters": fields], more: ["prefix": "my_"], playing: script(16))
            expectFailure(
                try await connection.sync(), "source", "system_error",
                "The source says it sent 16 records of all streams before its state; 15 arrived.")
            #expect(try await connection.saved == [:])
            try await connection.play(script(15))
            expectSuccess(try await connection.sync(), emitted: 15)
            #expect(try await connection.saved == ["numbers": 10, "letters": 5])
            let journal = try Self.journal(installation.directory)
            let records = journal.compactMap { $0["record"]?["stream"]?.stringValue }
            #expect(Set(records) == ["my_numbers", "my_letters"])
            let states = journal.compactMap { $0["state"]?["global"]?["stream_states"]?.arrayValue }.flatMap { $0 }
            let named = states.compactMap { $0["stream_descriptor"]?["name"]?.stringValue }
            #expect(named.sorted() == ["letters", "numbers"])
            #expect(await program.stop() == .exited(0))
        }

        @Test(.proves("1.14-types", "1.6-analytics", "2.6-bytes"))
        func `only records, states and statuses reach a destination, and only their data is counted`() async throws {
            let (installation, program, api) = try await Self.up()
            let analytics: JSON = ["type": "ANALYTICS", "emitted_at": 1, "analytics": ["type": "a", "value": "b"]]
            let strangers: [JSON] = [
                ["type": "TRACE", "trace": analytics],
                ["type": "SPEC", "spec": ["connectionSpecification": [:]]],
                ["type": "CATALOG", "catalog": ["streams": []]],
                ["type": "CONNECTION_STATUS", "connectionStatus": ["status": "FAILED", "message": "no"]],
                ["type": "DESTINATION_CATALOG", "destination_catalog": [:]], ["type": "NEVER_HEARD_OF", "x": 1],
            ]
            let connection = try await ScriptedConnection(
                api, to: Self.destination(api, ["directory": .string(installation.directory)]), "incremental", "append",
                playing: strangers.map { ["say": $0] } + [["to": 9], ["state": "numbers"]]
                    + strangers.map {
                        ["say": $0]
                    } + [Self.complete])
            let job = try await connection.sync()
            expectSuccess(job, emitted: 9)
            let bytes = 9 * #"{"id":1,"value":"value 1"}"#.utf8.count
            #expect(job.count("bytesEmitted") == bytes && job.count("bytesCommitted") == bytes, "\(job.json)")
            let journal = try Self.journal(installation.directory)
            #expect(journal.count { $0["type"] == "RECORD" } == 9 && journal.count { $0["type"] == "STATE" } == 1)
            let others = journal.filter { $0["type"] != "RECORD" && $0["type"] != "STATE" }
            #expect(others.allSatisfy { $0["trace"]?["type"] == "STREAM_STATUS" }, "\(others)")
            #expect(await program.stop() == .exited(0))
        }

        @Test(.proves("2.4-failed-save"))
        func `a sync whose last state cannot be stored fails, and the next one goes on from the one before`()
            async throws
        {
            let (installation, program, api) = try await Self.up()
            let file = "\(installation.directory)/x.db"
            let connection = try await ScriptedConnection(
                api, to: api.destination("swiftlet/destination-sqlite", ["destination_path": .string(file)]),
                playing: [["to": 10], ["state": "numbers"], Self.complete])
            expectSuccess(try await connection.sync(), emitted: 10)
            try await change(
                "CREATE TRIGGER refusal BEFORE INSERT ON state WHEN NEW.state LIKE '%20%' BEGIN "
                    + "SELECT RAISE(ABORT, 'not this one'); END", in: installation)
            try await connection.play([["to": 20], ["state": "numbers"], Self.complete])
            let failed = try await connection.sync()
            expectFailure(failed, "persistence", "system_error", "cannot be stored")
            #expect(try await connection.saved == ["numbers": 10])
            try await change("DROP TRIGGER refusal", in: installation)
            expectSuccess(try await connection.sync(), emitted: 10)
            #expect(try await connection.saved == ["numbers": 20])
            #expect(try await NumberTable.sqlite(file) == .complete(20))
            #expect(await program.stop() == .exited(0))
        }

        /// Changes the programs' own database behind their backs.
        private func change(_ statement: String, in installation: Installation) async throws {
            try await Thread.value {
                let path = "\(installation.data)/swiftlet.db"
                let connection = try SQLiteConnection(path: path, access: .readWrite, busyTimeout: 10_000)
                defer { connection.close() }
                try connection.execute(script: statement)
            }
        }
    }
}
