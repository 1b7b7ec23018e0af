import JSON
import Posix
import TestKit
import Testing

extension Chaos {
    /// `kill -9` of the worker, again and again in one sync.
    struct WorkerKillTests {
        private static let kills = isLong ? 40 : 6
        private static let page = isLong ? 25_000 : 10_000
        private static let records = (kills + 4) * page

        @Test func `up on SQLite is killed again and again, and the sync goes on where it was`() async throws {
            let installation = try Installation()
            let source = try NumberSource(in: installation.directory)
            var (program, api) = try await installation.up()
            let warehouse = "\(installation.directory)/warehouse.db"
            let connection = try await api.connection(
                from: api.source("exec:source-numbers", source.configuration(records: Self.records, page: Self.page)),
                to: api.destination("swiftlet/destination-sqlite", ["destination_path": .string(warehouse)]))
            let job = try await api.sync(connection)
            for round in 1...Self.kills {
                try await advance(source, round: round, api, connection)
                await program.kill()
                (program, api) = try await installation.up()
            }
            try source.open(upTo: Self.records)
            let ended = try await api.ended(job)
            try await expectUnharmed(
                ended, attempts: Self.kills + 1, in: .sqlite(path: "\(installation.data)/swiftlet.db"))
            expectContinuous(source, page: Self.page)
            #expect(try await NumberTable.sqlite(warehouse) == .complete(Self.records))
            #expect(await program.stop() == .exited(0))
            #expect(installation.jobDirectories.isEmpty)
        }

        @Test func `a worker on Postgres is killed again and again, and the sync goes on where it was`() async throws {
            let fleet = try await Fleet()
            let postgres = try await ThrowawayPostgres.shared()
            let warehouse = try await postgres.freshDatabase()
            let source = try NumberSource(in: fleet.installation.directory)
            var worker = try await fleet.worker()
            let api = fleet.api
            let connection = try await api.connection(
                from: api.source("exec:source-numbers", source.configuration(records: Self.records, page: Self.page)),
                to: api.destination("swiftlet/destination-postgres", postgres.connectorConfiguration(warehouse)),
                "incremental", "append")
            let job = try await api.sync(connection)
            for round in 1...Self.kills {
                try await advance(source, round: round, api, connection)
                await worker.kill()
                worker = try await fleet.worker()
            }
            try source.open(upTo: Self.records)
            let ended = try await api.ended(job)
            try await expectUnharmed(ended, attempts: Self.kills + 1, in: .postgres(url: fleet.database))
            expectContinuous(source, page: Self.page)
            #expect(try await NumberTable.postgres(warehouse) == .complete(Self.records))
            #expect(await worker.stop() == .exited(0))
            #expect(fleet.installation.jobDirectories.isEmpty)
        }

        /// Takes the sync to where it is to be killed for the nth time: in the middle of a page, or, each second time,
        /// when a state has been sent of which nobody knows whether it will be saved.
        private func advance(_ source: NumberSource, round: Int, _ api: APIClient, _ connection: JSON) async throws {
            let saved = round * Self.page
            try await eventually { source.readings.count == round }
            try source.open(upTo: saved)
            try await eventually { try await api.lastSaved(connection) == saved }
            let sent = saved + (round.isMultiple(of: 2) ? Self.page : Self.page / 2)
            try source.open(upTo: sent)
            try await eventually { source.readings.count == round && source.readings[round - 1].sent == sent }
        }
    }
}
