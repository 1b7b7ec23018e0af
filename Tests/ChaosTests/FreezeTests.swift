import JSON
import Posix
import TestKit
import Testing

extension Chaos {
    /// Workers and attempts that are stopped, or killed alone or together.
    struct FreezeTests {
        private static let page = 1000
        private static let records = 10_000

        @Test
        func `a frozen worker's sync is taken over only when its processes are dead, and thawing it does no harm`()
            async throws
        {
            let fleet = try await Fleet(settings: [
                "SWIFTLET_LEASE_SECONDS": "6", "SWIFTLET_HEARTBEAT_SECONDS": "0.5", "SWIFTLET_GRACE_SECONDS": "2",
                "SWIFTLET_MARGIN_SECONDS": "1",
            ])
            let frozen = try await fleet.worker()
            let sync = try await Sync(fleet.installation, fleet.api)
            try await sync.begin()
            frozen.freeze()
            let other = try await fleet.worker()
            try await eventually { sync.source.readings.count == 2 }
            // While the worker sleeps, its attempt has killed itself and everything below it.
            #expect(frozen.attempts.isEmpty)
            try sync.source.open(upTo: Self.records)
            let ended = try await fleet.api.ended(sync.job)
            try await expectUnharmed(ended, attempts: 2, in: .postgres(url: fleet.database))
            expectContinuous(sync.source, page: Self.page)
            #expect(try await NumberTable.sqlite(sync.warehouse) == .complete(Self.records))

            frozen.thaw()
            #expect(await other.stop() == .exited(0))
            // It has noticed that it lost its lease, and works on under a new one.
            let again = try await fleet.api.ended(fleet.api.sync(sync.connection))
            try await expectUnharmed(again, attempts: 1, in: .postgres(url: fleet.database))
            #expect(try await fleet.api.job(sync.job)["attempts"] == ended["attempts"])
            #expect(try await NumberTable.sqlite(sync.warehouse) == .complete(Self.records))
            #expect(await frozen.stop() == .exited(0))
        }

        @Test func `an attempt that is killed is put down to the platform, and the next one begins when all is dead`()
            async throws
        {
            let installation = try Installation()
            let (program, api) = try await installation.up()
            let sync = try await Sync(installation, api)
            try await sync.begin()
            let attempt = try #require(program.attempts.first)
            ProcessTree.signal([attempt], .kill)
            try await eventually { sync.source.readings.count == 2 }
            try sync.source.open(upTo: Self.records)
            try await expectUnharmed(
                api.ended(sync.job), attempts: 2, in: .sqlite(path: "\(installation.data)/swiftlet.db"))
            expectContinuous(sync.source, page: Self.page)
            #expect(try await NumberTable.sqlite(sync.warehouse) == .complete(Self.records))
            #expect(await program.stop() == .exited(0))
            #expect(installation.jobDirectories.isEmpty)
        }

        @Test func `a worker and its attempt killed together leave nothing that the next attempt could meet`()
            async throws
        {
            let installation = try Installation()
            var (program, api) = try await installation.up()
            let sync = try await Sync(installation, api)
            try await sync.begin()
            // Frozen first, so that the worker cannot notice the one death, nor the attempt the other.
            let attempts = program.attempts
            #expect(attempts.count == 1)
            program.freeze()
            ProcessTree.signal(attempts, .kill)
            await program.kill()
            (program, api) = try await installation.up()
            try await eventually { sync.source.readings.count == 2 }
            try sync.source.open(upTo: Self.records)
            try await expectUnharmed(
                api.ended(sync.job), attempts: 2, in: .sqlite(path: "\(installation.data)/swiftlet.db"))
            expectContinuous(sync.source, page: Self.page)
            #expect(await program.stop() == .exited(0))
            #expect(installation.jobDirectories.isEmpty)
        }

        @Test(arguments: [false, true])
        func `a database that goes away for some seconds only holds a sync up`(isKilled: Bool) async throws {
            let postgres = try await ThrowawayPostgres.start()
            let fleet = try await Fleet(on: postgres)
            let worker = try await fleet.worker()
            let sync = try await Sync(fleet.installation, fleet.api)
            try await sync.begin()
            if isKilled { try await postgres.kill() } else { try await postgres.stop() }
            try sync.source.open(upTo: Self.page * 3)
            try await sync.source.waits(reading: 0, sent: Self.page * 3)
            try await Task.sleep(for: .seconds(isLong ? 8 : 3))
            try await postgres.restart()
            try await eventually { (try? await fleet.api.lastSaved(sync.connection)) == Self.page * 3 }
            try sync.source.open(upTo: Self.records)
            let ended = try await fleet.api.ended(sync.job)
            try await expectUnharmed(
                ended, attempts: sync.source.readings.count, in: .postgres(url: fleet.database))
            #expect(sync.source.readings.count == 1)
            #expect(try await NumberTable.sqlite(sync.warehouse) == .complete(Self.records))
            let exit = await worker.stop()
            #expect(exit == .exited(0), "\(worker.output.suffix(4000))")
            #expect(await fleet.server.stop() == .exited(0))
        }

        /// A sync of numbers into SQLite.
        private struct Sync {
            let source: NumberSource
            let warehouse: String
            let connection: JSON
            let job: JSON
            private let api: APIClient

            /// Ordered, with its gate shut.
            init(_ installation: Installation, _ api: APIClient) async throws {
                self.api = api
                source = try NumberSource(in: installation.directory)
                warehouse = "\(installation.directory)/warehouse.db"
                connection = try await api.connection(
                    from: api.source(
                        "exec:source-numbers",
                        source.configuration(records: FreezeTests.records, page: FreezeTests.page)),
                    to: api.destination("swiftlet/destination-sqlite", ["destination_path": .string(warehouse)]))
                job = try await api.sync(connection)
            }

            /// Lets it come to half a page behind its first committed state.
            func begin() async throws {
                try source.open(upTo: FreezeTests.page)
                try await eventually { try await api.lastSaved(connection) == FreezeTests.page }
                let half = FreezeTests.page + FreezeTests.page / 2
                try source.open(upTo: half)
                try await source.waits(reading: 0, sent: half)
            }
        }
    }
}
