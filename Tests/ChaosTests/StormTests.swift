import Posix
import TestKit
import Testing

extension Chaos {
    /// Everything at once: many small syncs while programs are killed and frozen and Postgres comes and goes.
    struct StormTests {
        private static let connections = isLong ? 25 : 6
        private static let syncs = isLong ? 500 : 30
        private static let workers = isLong ? 3 : 2
        /// Shows that a job is stuck: by then the last fault is long over.
        private static let patience = Duration.seconds(60)

        private static let weather =
            isLong
            ? Storm.Weather(
                killEvery: 0.1...10, freezeEvery: 10...40, freeze: .seconds(8), outageEvery: 5...40, outage: 0...2,
                longOutage: .seconds(60), kills: 50, freezes: 3)
            : Storm.Weather(
                killEvery: 0.1...3, freezeEvery: 1...4, freeze: .seconds(5), outageEvery: 2...5, outage: 0...1,
                longOutage: .seconds(6), kills: 8, freezes: 2)

        @Test func `kills, freezes and outages lose no record, double none, and leave nothing running`() async throws {
            let seed = SeededRandom.seed(from: "SWIFTLET_CHAOS_SEED")
            print("Chaos: SWIFTLET_CHAOS_SEED=\(seed)")
            let fleet = try await StormFleet(
                workers: Self.workers,
                settings: [
                    "SWIFTLET_LEASE_SECONDS": "4", "SWIFTLET_HEARTBEAT_SECONDS": "0.5", "SWIFTLET_GRACE_SECONDS": "1",
                    "SWIFTLET_MARGIN_SECONDS": "0.5", "MAX_SYNC_WORKERS": "3",
                ])
            let watch = try await WriteWatch.install(in: fleet.database)
            let warehouses = try await ThrowawayPostgres.shared()
            let keeping = Task { await fleet.keepRunning() }
            defer { keeping.cancel() }
            var series: [SyncSeries] = []
            for number in 0..<Self.connections {
                series.append(try await SyncSeries(number, fleet, warehouses: warehouses))
            }
            let storm = Storm(fleet, Self.weather, seed: seed)
            try await weather(storm, series, watch)
            print("Chaos: \(storm.faults)")

            for one in series { try await one.expectWhole() }
            #expect(try await watch.violations() == [])
            #expect(try await watch.notices())
            let (charged, jobs) = try await watch.charged()
            #expect(charged == 0, "faults of the platform used up the retries of \(charged) jobs")
            #expect(jobs >= Self.syncs)

            keeping.cancel()
            await keeping.value
            #expect(await fleet.stop() == [])
            let directory = fleet.installation.directory
            #expect(CommandLines.all.filter { $0.contains(directory) } == [])
            #expect(fleet.installation.jobDirectories == [])
        }

        /// Syncs until there were enough and the storm has brought everything.
        private func weather(_ storm: Storm, _ series: [SyncSeries], _ watch: WriteWatch) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await storm.rage()
                    try await waitForCalm(watch)
                }
                for one in series {
                    group.addTask {
                        while !storm.isOver {
                            try await one.sync()
                            storm.countSync()
                            if storm.faults.syncs >= Self.syncs, storm.hasRaged { storm.end() }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }

        /// A time after the last fault nothing runs any more, and every job has succeeded.
        private func waitForCalm(_ watch: WriteWatch) async throws {
            let deadline = BootClock.now + Self.patience
            var left = try await watch.unfinished()
            while !left.isEmpty {
                guard BootClock.now < deadline else {
                    throw RunningProgram.Failure(description: "Long after the last fault there are still: \(left)")
                }
                try await Task.sleep(for: .milliseconds(100))
                left = try await watch.unfinished()
            }
        }
    }
}
