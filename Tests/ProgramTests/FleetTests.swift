import JSON
import Posix
import Postgres
import TestKit
import Testing

extension Programs {
    /// Syncs by server, workers and cron as processes of their own.
    struct FleetTests {
        @Test(.proves("2.14-stats")) func `records arrive in SQLite and in Postgres, and the job tells of them`()
            async throws
        {
            let fleet = try await Fleet()
            let worker = try await fleet.worker()
            let api = fleet.api
            let postgres = try await ThrowawayPostgres.shared()
            let warehouse = try await postgres.freshDatabase()
            let file = "\(fleet.installation.directory)/warehouse.db"
            let configuration: JSON = ["records": 3000, "page": 1000]
            let source = try await api.source("exec:source-numbers", configuration)
            let destinations = [
                try await api.destination("swiftlet/destination-sqlite", ["destination_path": .string(file)]),
                try await api.destination(
                    "swiftlet/destination-postgres", postgres.connectorConfiguration(warehouse)),
            ]
            for (kind, id) in [("source", source), ("destination", destinations[0]), ("destination", destinations[1])] {
                let check = try await api.ask("\(kind)s/check_connection", ["\(kind)Id": id])
                #expect(check["status"] == "succeeded", "\(check)")
            }
            for destination in destinations {
                let connection = try await api.connection(from: source, to: destination)
                let job = try await api.ended(api.sync(connection))
                try expectSuccess(job, connection, records: 3000)
                let again = try await api.ended(api.sync(connection))
                try expectSuccess(again, connection, records: 0)
            }
            #expect(try await NumberTable.sqlite(file) == .complete(3000))
            #expect(try await NumberTable.postgres(warehouse) == .complete(3000))

            let copy = try await postgres.freshDatabase()
            let numbers = try await api.source("swiftlet/source-postgres", postgres.connectorConfiguration(warehouse))
            let connection = try await api.connection(
                from: numbers,
                to: api.destination("swiftlet/destination-postgres", postgres.connectorConfiguration(copy)),
                "full_refresh", "overwrite", more: ["namespaceDefinition": "destination"])
            for _ in 0..<2 {
                try expectSuccess(try await api.ended(api.sync(connection)), connection, records: 3000)
                #expect(try await NumberTable.postgres(copy) == .complete(3000))
            }
            #expect(fleet.installation.jobDirectories.isEmpty)
            #expect(await worker.stop() == .exited(0))
            #expect(await fleet.server.stop() == .exited(0))
        }

        private func expectSuccess(_ job: JSON, _ connection: JSON, records: Int) throws {
            #expect(job["job"]?["status"] == "succeeded", "\(job)")
            #expect(job["job"]?["configType"] == "sync")
            #expect(job["job"]?["configId"] == connection)
            #expect(job["job"]?["aggregatedStats"]?["recordsCommitted"] == .integer(records))
            let attempts = try #require(job["attempts"]?.arrayValue)
            #expect(attempts.count == 1)
            let attempt = try #require(attempts.first?["attempt"])
            #expect(attempt["status"] == "succeeded")
            #expect(attempt["totalStats"]?["recordsEmitted"] == .integer(records))
            #expect(attempt["recordsSynced"] == .integer(records))
            #expect(attempt["streamStats"]?[0]?["streamName"] == "numbers")
            #expect(attempt["failureSummary"] == nil)
            let created = try #require(job["job"]?["createdAt"]?.intValue)
            let ended = try #require(attempt["endedAt"]?.intValue)
            #expect(created > 1_700_000_000 && ended >= created && ended < created + 3600)
            let lines = try #require(attempts.first?["logs"]?["logLines"]?.arrayValue)
            #expect(lines.contains { $0.stringValue?.contains("started") == true })
        }

        @Test func `a cancelled sync answers at once, and the next one waits for its processes`() async throws {
            let fleet = try await Fleet()
            let worker = try await fleet.worker()
            let api = fleet.api
            let source = try NumberSource(in: fleet.installation.directory)
            let connection = try await api.connection(
                from: api.source("exec:source-numbers", source.configuration(records: 100, page: 10)),
                to: api.destination(
                    "swiftlet/destination-sqlite",
                    ["destination_path": .string("\(fleet.installation.directory)/warehouse.db")]))
            let job = try await api.sync(connection)
            try source.open(upTo: 20)
            try await eventually { try await api.lastSaved(connection) == 20 }
            let cancelled = try await api.ask("jobs/cancel", ["id": job])
            #expect(cancelled["job"]?["status"] == "cancelled")
            let next = try await api.sync(connection)
            // Not before the second reading: the first one would go on until it is stopped.
            try await eventually { source.readings.count == 2 }
            try source.open(upTo: 100)
            let ended = try await api.ended(next)
            #expect(ended["job"]?["status"] == "succeeded", "\(ended)")
            #expect(source.readings.map(\.from) == [0, 20])
            #expect(source.readings.allSatisfy { $0.alive.isEmpty })
            #expect(try await api.job(job)["job"]?["status"] == "cancelled")
            #expect(worker.attempts.isEmpty)
            #expect(await worker.stop() == .exited(0))
        }

        @Test func `a schedule fires at once, and only once in its interval`() async throws {
            let fleet = try await Fleet()
            let worker = try await fleet.worker()
            let crons = [try await fleet.cron(), try await fleet.cron()]
            let api = fleet.api
            let schedule: JSONObject = [
                "scheduleType": "basic", "scheduleData": ["basicSchedule": ["units": 1, "timeUnit": "hours"]],
            ]
            let connection = try await api.connection(
                from: api.source("exec:source-numbers", ["records": 10]),
                to: api.destination(
                    "swiftlet/destination-sqlite",
                    ["destination_path": .string("\(fleet.installation.directory)/warehouse.db")]),
                more: schedule)
            let jobs: JSON = ["configTypes": ["sync"], "configId": connection]
            try await eventually {
                try await api.ask("jobs/list", jobs)["jobs"]?[0]?["job"]?["status"] == "succeeded"
            }
            // Two more looks of each cron.
            try await Task.sleep(for: .milliseconds(2200))
            #expect(try await api.ask("jobs/list", jobs)["totalJobCount"] == 1)
            for program in crons + [worker, fleet.server] { #expect(await program.stop() == .exited(0)) }
        }

        @Test func `a cron expression fires again and again, each time once, until the schedule is taken away`()
            async throws
        {
            let fleet = try await Fleet()
            let worker = try await fleet.worker()
            let crons = [try await fleet.cron(), try await fleet.cron()]
            let api = fleet.api
            let connection = try await api.connection(
                from: api.source("exec:source-numbers", ["records": 10]),
                to: api.destination(
                    "swiftlet/destination-sqlite",
                    ["destination_path": .string("\(fleet.installation.directory)/warehouse.db")]),
                more: [
                    "scheduleType": "cron",
                    "scheduleData": ["cron": ["cronExpression": "*/2 * * * * ?", "cronTimeZone": "Europe/Berlin"]],
                ])
            let query: JSON = ["configTypes": ["sync"], "configId": connection]
            func jobs() async throws -> [JSON] {
                try await api.ask("jobs/list", query)["jobs"]?.arrayValue?.compactMap { $0["job"] } ?? []
            }
            try await eventually { try await jobs().count { $0["status"] == "succeeded" } >= 2 }
            let manual: JSON = ["connectionId": connection, "scheduleType": "manual"]
            #expect(try await api.ask("connections/update", manual)["scheduleType"] == "manual")
            let fired = try await jobs()
            // No two of them belong to the same two seconds.
            #expect(Set(fired.compactMap { $0["createdAt"]?.intValue.map { $0 / 2 } }).count == fired.count)
            // The next time comes and goes, and both crons look.
            try await Task.sleep(for: .milliseconds(2200))
            #expect(try await jobs().count == fired.count)
            for program in crons + [worker, fleet.server] { #expect(await program.stop() == .exited(0)) }
        }

        @Test func `a worker that is asked to stop hands its sync over to another`() async throws {
            let fleet = try await Fleet()
            let first = try await fleet.worker()
            let api = fleet.api
            let source = try NumberSource(in: fleet.installation.directory)
            let warehouse = "\(fleet.installation.directory)/warehouse.db"
            let connection = try await api.connection(
                from: api.source("exec:source-numbers", source.configuration(records: 100, page: 10)),
                to: api.destination("swiftlet/destination-sqlite", ["destination_path": .string(warehouse)]))
            let job = try await api.sync(connection)
            try source.open(upTo: 20)
            try await eventually { try await api.lastSaved(connection) == 20 }
            let second = try await fleet.worker()
            #expect(await first.stop() == .exited(0))
            try source.open(upTo: 100)
            let ended = try await api.ended(job)
            #expect(ended["job"]?["status"] == "succeeded", "\(ended)")
            #expect(source.readings.map(\.from) == [0, 20])
            #expect(source.readings.allSatisfy { $0.alive.isEmpty })
            #expect(try await NumberTable.sqlite(warehouse) == .complete(100))
            let failure = ended["attempts"]?[0]?["attempt"]?["failureSummary"]?["failures"]?[0]
            #expect(failure?["failureOrigin"] == "airbyte_platform", "\(ended)")
            #expect(await second.stop() == .exited(0))
        }

        @Test func `two workers share the syncs of several connections`() async throws {
            let fleet = try await Fleet(settings: ["MAX_SYNC_WORKERS": "2"])
            let workers = [try await fleet.worker(), try await fleet.worker()]
            let api = fleet.api
            let directory = fleet.installation.directory
            var sources: [NumberSource] = []
            var jobs: [JSON] = []
            for index in 0..<4 {
                let source = try NumberSource(in: directory)
                let connection = try await api.connection(
                    from: api.source("exec:source-numbers", source.configuration(records: 100, page: 50)),
                    to: api.destination(
                        "swiftlet/destination-sqlite", ["destination_path": .string("\(directory)/\(index).db")]))
                jobs.append(try await api.sync(connection))
                sources.append(source)
            }
            // Two seats each: all four run only if both workers have claimed.
            try await eventually { sources.allSatisfy { $0.readings.count == 1 } }
            #expect(workers.map { $0.attempts.count } == [2, 2])
            for source in sources { try source.open(upTo: 100) }
            for (index, job) in jobs.enumerated() {
                #expect(try await api.ended(job)["job"]?["status"] == "succeeded")
                #expect(try await NumberTable.sqlite("\(directory)/\(index).db") == .complete(100))
            }
            for worker in workers { #expect(await worker.stop() == .exited(0)) }
        }
    }
}
