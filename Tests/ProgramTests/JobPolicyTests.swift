import JSON
import Posix
import TestKit
import Testing

extension Programs {
    struct JobPolicyTests {
        @Test(.proves("9-old-table"))
        func `a refresh reads from the beginning, replaces the rows at its end, and outlives a failure`()
            async throws
        {
            let installation = try Installation()
            let source = try NumberSource(in: installation.directory)
            let (program, api) = try await installation.up()
            let shop = "\(installation.directory)/shop.db"
            let connection = try await api.connection(
                from: api.source("exec:source-numbers", source.configuration(records: 300, page: 100)),
                to: api.destination("swiftlet/destination-sqlite", ["destination_path": .string(shop)]),
                "incremental", "append")
            try source.open(upTo: 300)
            #expect(try await api.ended(api.sync(connection))["job"]?["status"] == "succeeded")
            #expect(try await NumberTable.sqlite(shop) == .complete(300))

            // Called off on the way: the old rows are still there, and a state ahead of them must not be believed.
            try source.open(upTo: 0)
            let first = try await refresh(connection, "Truncate", api)
            try source.open(upTo: 150)
            try await eventually { try await api.lastSaved(connection) == 100 }
            _ = try await api.ask("jobs/cancel", ["id": first])
            #expect(try await NumberTable.sqlite(shop) == .complete(300))

            // The next one starts as soon as the processes of the first are gone.
            try source.open(upTo: 0)
            let second = try await refresh(connection, "Truncate", api)
            try await eventually { source.readings.count == 3 }
            try source.open(upTo: 300)
            let ended = try await api.ended(second)
            #expect(ended["job"]?["status"] == "succeeded", "\(ended)")
            #expect(ended["job"]?["configType"] == "refresh")
            #expect(source.readings.map(\.from) == [0, 0, 0])
            #expect(source.readings.allSatisfy { $0.alive.isEmpty })
            // Appended to the old ones, each number would be there twice.
            #expect(try await NumberTable.sqlite(shop) == .complete(300))

            // Merged into an appending table, they are there twice.
            let merged = try await api.ended(refresh(connection, "Merge", api))
            #expect(merged["job"]?["status"] == "succeeded", "\(merged)")
            let table = try await NumberTable.sqlite(shop)
            #expect(table.holdsAll(300))
            #expect(table.rows == 600)
            #expect(await program.stop() == .exited(0))
        }

        @Test func `a clear takes the place of a running sync and starts when its processes are gone`() async throws {
            let installation = try Installation()
            let source = try NumberSource(in: installation.directory)
            let (program, api) = try await installation.up()
            let shop = "\(installation.directory)/shop.db"
            let connection = try await api.connection(
                from: api.source("exec:source-numbers", source.configuration(records: 300, page: 100)),
                to: api.destination("swiftlet/destination-sqlite", ["destination_path": .string(shop)]))
            let sync = try await api.sync(connection)
            try source.open(upTo: 200)
            try await eventually { try await api.lastSaved(connection) == 200 }
            let clear = try await api.ask("connections/clear", ["connectionId": connection])
            #expect(try await api.job(sync)["job"]?["status"] == "cancelled")
            let cleared = try await api.ended(try #require(clear["job"]?["id"], "\(clear)"))
            #expect(cleared["job"]?["status"] == "succeeded", "\(cleared)")
            #expect(cleared["job"]?["configType"] == "reset_connection")
            #expect(try await api.lastSaved(connection) == 0)
            #expect(try await NumberTable.sqlite(shop).rows == 0)

            try source.open(upTo: 300)
            #expect(try await api.ended(api.sync(connection))["job"]?["status"] == "succeeded")
            #expect(source.readings.map(\.from) == [0, 0])
            #expect(source.readings.last?.alive == [])
            #expect(try await NumberTable.sqlite(shop) == .complete(300))
            #expect(await program.stop() == .exited(0))
        }

        @Test func `a job that takes longer than its connection allows is stopped, saved and failed, after a warning`()
            async throws
        {
            let installation = try Installation(settings: ["SYNC_JOB_RETRIES_COMPLETE_FAILURES_MAX_SUCCESSIVE": "5"])
            let source = try NumberSource(in: installation.directory)
            let (program, api) = try await installation.up()
            let shop = "\(installation.directory)/shop.db"
            let policy: JSON = ["maxRunSeconds": 3, "slowRunWarningSeconds": 1]
            let connection = try await api.connection(
                from: api.source("exec:source-numbers", source.configuration(records: 300, page: 100)),
                to: api.destination("swiftlet/destination-sqlite", ["destination_path": .string(shop)]),
                more: ["runPolicy": policy])
            try source.open(upTo: 200)
            let job = try await api.ended(api.sync(connection))
            #expect(job["job"]?["status"] == "failed", "\(job)")
            let attempts = try #require(job["attempts"]?.arrayValue)
            #expect(attempts.count == 1)
            let summary = attempts[0]["attempt"]?["failureSummary"]
            let message = summary?["failures"]?[0]?["externalMessage"]?.stringValue ?? ""
            #expect(message.contains("longer than its limit of 3 s"), "\(job)")
            #expect(summary?["partialSuccess"] == true)
            #expect(try await api.lastSaved(connection) == 200)
            let lines = attempts[0]["logs"]?["logLines"]?.arrayValue?.compactMap(\.stringValue) ?? []
            #expect(lines.filter { $0.contains("slowRunWarningSeconds") }.count == 1, "\(lines)")
            try await eventually { program.descendants.isEmpty }

            // The next job goes on from there.
            try source.open(upTo: 300)
            #expect(try await api.ended(api.sync(connection))["job"]?["status"] == "succeeded")
            #expect(source.readings.map(\.from) == [0, 200])
            #expect(try await NumberTable.sqlite(shop) == .complete(300))
            #expect(await program.stop() == .exited(0))
        }

        @Test func `an attempt that a quota ended costs no retry, and its successor waits for the quota`()
            async throws
        {
            // One failure would be the end of the job.
            let installation = try Installation()
            let (program, api) = try await installation.up()
            let marker = "\(installation.directory)/marker"
            let connection = try await api.connection(
                from: api.source(
                    "exec:source-faulty", ["fault": "quota", "during": "read", "marker": .string(marker)]),
                to: api.destination(
                    "swiftlet/destination-sqlite", ["destination_path": .string("\(installation.directory)/x.db")]),
                "full_refresh", "append")
            let job = try await api.ended(api.sync(connection))
            #expect(job["job"]?["status"] == "succeeded", "\(job)")
            #expect(job["attempts"]?.arrayValue?.map { $0["attempt"]?["status"] } == ["failed", "succeeded"])
            #expect(await program.stop() == .exited(0))
        }

        private func refresh(_ connection: JSON, _ mode: JSON, _ api: APIClient) async throws -> JSON {
            let answer = try await api.ask("connections/refresh", ["connectionId": connection, "refreshMode": mode])
            return try #require(answer["job"]?["id"], "\(answer)")
        }
    }
}
