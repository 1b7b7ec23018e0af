import JSON
import Posix
import SQL
import SQLite
import TestKit
import Testing

extension Programs {
    /// Sources whose schema changes, under programs that look at it before every sync.
    struct SchemaTests {
        private static let always = ["DISCOVER_REFRESH_WINDOW_MINUTES": "0.0001"]

        @Test
        func
            `18, 19: a new column and a new stream arrive in the destination, and earlier rows with them where wanted`()
            async throws
        {
            let installation = try Installation(settings: Self.always)
            let (program, api) = try await installation.up()
            try await grow(api, installation)
            #expect(await program.stop() == .exited(0))
        }

        @Test func `on Postgres, too, what a source has come to offer arrives in the destination`() async throws {
            let fleet = try await Fleet(settings: Self.always)
            let worker = try await fleet.worker()
            try await grow(fleet.api, fleet.installation)
            #expect(await worker.stop() == .exited(0))
            #expect(await fleet.server.stop() == .exited(0))
        }

        private func grow(_ api: APIClient, _ installation: Installation) async throws {
            for backfills in [true, false] {
                let source = try ShiftingSource(
                    in: installation.directory, [ShiftingSource.stream("users", ["name"], records: 2)])
                let file = "\(installation.directory)/grow-\(backfills).db"
                let connection = try await api.connection(
                    from: api.source("exec:source-shifting", source.configuration),
                    to: api.destination("swiftlet/destination-sqlite", ["destination_path": .string(file)]),
                    more: [
                        "nonBreakingChangesPreference": "propagate_fully",
                        "backfillPreference": backfills ? "enabled" : "disabled",
                    ])
                try await expectSuccess(connection, api)
                #expect(try await columns(of: "users", in: file).contains("age") == false)
                try source.offer([
                    ShiftingSource.stream("users", ["name", "age"], records: 3),
                    ShiftingSource.stream("orders", ["what"], records: 1),
                ])
                let job = try await expectSuccess(connection, api)
                #expect(job.text.contains("stream users: age added"), "\(job)")
                #expect(try await columns(of: "users", in: file).contains("age"))
                #expect(source.readings == [["users": 0], ["users": backfills ? 0 : 2, "orders": 0]])
                #expect(try await count("users WHERE age IS NOT NULL", in: file) == (backfills ? 3 : 1))
                #expect(try await count("users", in: file) == 3)
                #expect(try await count("orders", in: file) == 1)
                let stats = job["job"]?["streamAggregatedStats"]?.arrayValue ?? []
                #expect(stats.contains { $0["wasBackfilled"] == true } == backfills)
                let read = try await api.ask("connections/get", ["connectionId": connection])
                #expect(read["syncCatalog"]?["streams"]?.arrayValue?.count == 2)
                #expect(read["schemaChange"] == "no_change")
            }
        }

        @Test func `a frozen schema stays as it is in the destination, and selected fields stay selected`()
            async throws
        {
            let installation = try Installation(settings: Self.always)
            let (program, api) = try await installation.up()
            let source = try ShiftingSource(
                in: installation.directory, [ShiftingSource.stream("users", ["name", "mail"], records: 2)])
            let file = "\(installation.directory)/frozen.db"
            let connection = try await api.connection(
                from: api.source("exec:source-shifting", source.configuration),
                to: api.destination("swiftlet/destination-sqlite", ["destination_path": .string(file)]),
                more: ["nonBreakingChangesPreference": "propagate_fully"])
            var catalog = try await api.ask("connections/get", ["connectionId": connection])["syncCatalog"] ?? .null
            catalog.change { config in
                config["schemaContract"] = "freeze"
                config["fieldSelectionEnabled"] = true
                config["selectedFields"] = [["fieldPath": ["id"]], ["fieldPath": ["name"]]]
            }
            try await api.ask("connections/update", ["connectionId": connection, "syncCatalog": catalog])
            try source.offer([ShiftingSource.stream("users", ["name", "mail", "age"], records: 2)])
            let read = try await api.ended(api.sync(connection))
            #expect(read["job"]?["status"] != "cancelled", "\(read)")
            let after = try await api.ask("connections/get", ["connectionId": connection])
            let entry = after["syncCatalog"]?["streams"]?[0]
            #expect(entry?["stream"]?["jsonSchema"]?["properties"]?.objectValue?.keys == ["id", "name"])
            #expect(entry?["config"]?["schemaContract"] == "freeze")
            #expect(after["schemaChange"] == "no_change")
            #expect(await program.stop() == .exited(0))
        }

        @Test func `a discovery that fails or hangs fails no sync, and is told in its log`() async throws {
            for fault in ["fail", "hang"] {
                let installation = try Installation(settings: [
                    "DISCOVER_REFRESH_WINDOW_MINUTES": "0.02", "SWIFTLET_SYNC_DISCOVER_SECONDS": "1",
                    "SWIFTLET_COMMAND_TIMEOUT_SECONDS": "20",
                ])
                let (program, api) = try await installation.up()
                let streams = [ShiftingSource.stream("users", ["name"], records: 2)]
                let source = try ShiftingSource(in: installation.directory, streams)
                let file = "\(installation.directory)/\(fault).db"
                let connection = try await api.connection(
                    from: api.source("exec:source-shifting", source.configuration),
                    to: api.destination("swiftlet/destination-sqlite", ["destination_path": .string(file)]))
                try source.offer(streams, discover: .string(fault))
                // Until what the connection was made from is too old.
                try await eventually {
                    let job = try await expectSuccess(connection, api)
                    return job.text.contains("schema could not be discovered")
                }
                #expect(try await count("users", in: file) == 2)
                #expect(await program.stop() == .exited(0))
            }
        }

        @Test func `17: a change that breaks a connection switches it off and cancels its job`() async throws {
            let installation = try Installation(settings: Self.always)
            let (program, api) = try await installation.up()
            let source = try ShiftingSource(
                in: installation.directory, [ShiftingSource.stream("users", ["name"], records: 2)])
            let connection = try await api.connection(
                from: api.source("exec:source-shifting", source.configuration),
                to: api.destination(
                    "swiftlet/destination-sqlite", ["destination_path": .string("\(installation.directory)/b.db")]))
            var broken = ShiftingSource.stream("users", ["name"], records: 2)
            broken["fields"] = ["name": "string"]
            try source.offer([broken])
            let job = try await api.ended(api.sync(connection))
            #expect(job["job"]?["status"] == "cancelled", "\(job)")
            #expect(job.text.contains("breaks this connection"), "\(job)")
            #expect(source.readings.isEmpty)
            let read = try await api.ask("connections/get", ["connectionId": connection])
            #expect(read["status"] == "inactive")
            #expect(read["statusReason"] == "SCHEMA_CHANGES_ARE_BREAKING")
            #expect(read["breakingChange"] == true)
            #expect(read["schemaChange"] == "breaking")
            #expect(await program.stop() == .exited(0))
        }

        @Test func `chosen streams are synced alone, and those that failed again`() async throws {
            let installation = try Installation()
            let (program, api) = try await installation.up()
            let good = ShiftingSource.stream("good", ["a"], records: 2)
            let bad = ShiftingSource.stream("bad", ["a"], records: 2, fails: true)
            let source = try ShiftingSource(in: installation.directory, [good, bad])
            let file = "\(installation.directory)/chosen.db"
            let connection = try await api.connection(
                from: api.source("exec:source-shifting", source.configuration),
                to: api.destination("swiftlet/destination-sqlite", ["destination_path": .string(file)]))
            let chosen: JSON = ["connectionId": connection, "streams": [["streamName": "good"]]]
            let started = try await api.ask("connections/sync", chosen)
            #expect(started["job"]?["enabledStreams"] == [["name": "good"]])
            let first = try await api.ended(try #require(started["job"]?["id"]))
            #expect(first["job"]?["status"] == "succeeded", "\(first)")
            #expect(source.readings == [["good": 0]])

            let failed = try await api.sync(connection)
            #expect(try await api.ended(failed)["job"]?["status"] == "failed")
            try source.offer([good, ShiftingSource.stream("bad", ["a"], records: 4)])
            let readings = source.readings.count
            let path = "/api/swiftlet/jobs/\(failed.text)/retry_failed_streams"
            let answer = try await api.send("POST", path, body: "{}")
            let retried = try await api.ended(try #require(answer["job"]?["id"], "\(answer.body)"))
            #expect(retried["job"]?["status"] == "succeeded", "\(retried)")
            #expect(source.readings.dropFirst(readings).map { Array($0.keys) } == [["bad"]])
            #expect(try await count("bad", in: file) == 4)
            #expect(try await count("good", in: file) == 2)
            let state = try await api.ask("state/get", ["connectionId": connection])
            #expect(state["streamState"]?.arrayValue?.count == 2)
            #expect(try await api.send("POST", path, body: "{}").status == 200)
            #expect(await program.stop() == .exited(0))
        }

        /// Syncs; the job with its logs.
        @discardableResult
        private func expectSuccess(_ connection: JSON, _ api: APIClient) async throws -> JSON {
            let job = try await api.ended(api.sync(connection))
            #expect(job["job"]?["status"] == "succeeded", "\(job)")
            return job
        }

        private func columns(of table: String, in file: String) async throws -> [String] {
            try await rows("SELECT name FROM pragma_table_info('\(table)')", in: file).map { try $0.get("name") }
        }

        private func count(_ table: String, in file: String) async throws -> Int {
            try await rows("SELECT count(*) AS n FROM \(table)", in: file)[0].get("n")
        }

        private func rows(_ query: String, in file: String) async throws -> [Row] {
            try await Thread.value {
                let connection = try SQLiteConnection(path: file, access: .readOnly)
                defer { connection.close() }
                return try connection.rows(Query(trusted: query))
            }
        }
    }
}

extension JSON {
    /// Changes the configuration of every stream of a `syncCatalog`.
    fileprivate mutating func change(_ change: (inout JSON) -> Void) {
        let streams = (self["streams"]?.arrayValue ?? []).map { entry in
            var entry = entry
            var config = entry["config"] ?? [:]
            change(&config)
            entry["config"] = config
            return entry
        }
        self["streams"] = .array(streams)
    }
}
