import JSON
import Posix
import TestKit
import Testing

extension Chaos {
    /// Workers on hosts of their own, one of which loses its network.
    struct PartitionTests {
        private static let page = 1000
        private static let records = 10_000

        @Test(.enabled(if: NetworkNamespace.canBeMade, "needs root and ip netns"))
        func `a worker that is cut off from Postgres stops its connectors before another takes over`() async throws {
            let hosts = [try NetworkNamespace(), try NetworkNamespace()]
            defer { withExtendedLifetime(hosts) {} }
            let postgres = try await ThrowawayPostgres.start(on: hosts.map(\.hostAddress))
            let fleet = try await Fleet(
                on: postgres,
                settings: [
                    "SWIFTLET_LEASE_SECONDS": "6", "SWIFTLET_HEARTBEAT_SECONDS": "0.5", "SWIFTLET_GRACE_SECONDS": "2",
                    "SWIFTLET_MARGIN_SECONDS": "1",
                ])
            let source = try NumberSource(in: fleet.installation.directory)
            let warehouse = "\(fleet.installation.directory)/warehouse.db"
            let cut = try await worker(1, on: hosts[0], of: fleet, postgres)
            let connection = try await fleet.api.connection(
                from: fleet.api.source(
                    "exec:source-numbers",
                    source.configuration(records: Self.records, page: Self.page, beats: true)),
                to: fleet.api.destination("swiftlet/destination-sqlite", ["destination_path": .string(warehouse)]))
            let job = try await fleet.api.sync(connection)
            try source.open(upTo: Self.page)
            try await eventually { try await fleet.api.lastSaved(connection) == Self.page }
            let other = try await worker(2, on: hosts[1], of: fleet, postgres)
            try await eventually { source.lives.count == 1 }

            let pulled = BootClock.now
            try hosts[0].cutOff()
            try await eventually { source.readings.count == 2 && source.lives.count == 2 }
            let lives = source.lives
            // It worked on for a while, for nobody told it anything; then it stopped, and only then the other began.
            #expect(lives[0].last > pulled)
            #expect(lives[0].last < lives[1].first)
            #expect(source.readings[1].alive == [])
            #expect(cut.attempts.isEmpty)

            try source.open(upTo: Self.records)
            let ended = try await fleet.api.ended(job)
            try await expectUnharmed(ended, attempts: 2, in: .postgres(url: fleet.database))
            #expect(try await NumberTable.sqlite(warehouse) == .complete(Self.records))

            // Back on the network it does no harm, and works on under a new lease.
            try hosts[0].reconnect()
            #expect(await other.stop() == .exited(0))
            let again = try await fleet.api.ended(fleet.api.sync(connection))
            try await expectUnharmed(again, attempts: 1, in: .postgres(url: fleet.database))
            #expect(try await fleet.api.job(job)["attempts"] == ended["attempts"])
            #expect(try await NumberTable.sqlite(warehouse) == .complete(Self.records))
            #expect(await cut.stop() == .exited(0))
        }

        /// A worker that has nothing in common with those on other hosts but the database and the warehouse.
        private func worker(
            _ number: Int, on host: NetworkNamespace, of fleet: Fleet, _ postgres: ThrowawayPostgres
        ) async throws -> RunningProgram {
            let name = fleet.database.split(separator: "/").last.map(String.init) ?? ""
            return try await fleet.worker(
                settings: [
                    "DATABASE_URL": postgres.url(name, at: host.hostAddress),
                    "SWIFTLET_DATA": "\(fleet.installation.data)-\(number)",
                ],
                prefix: host.prefix)
        }
    }
}
