import Posix
import Synchronization
import TestKit

/// Kills, freezes and outages at random times, by a seed.
final class Storm: Sendable {
    /// How often, how long, how much.
    struct Weather: Sendable {
        var killEvery: ClosedRange<Double>
        var freezeEvery: ClosedRange<Double>
        var freeze: Duration
        var outageEvery: ClosedRange<Double>
        var outage: ClosedRange<Double>
        /// Once, beside the short ones.
        var longOutage: Duration
        /// The storm goes on until there were so many.
        var kills: Int
        var freezes: Int
    }

    /// What it has brought so far, and what got done meanwhile.
    struct Faults: Sendable {
        var syncs = 0
        var kills = 0
        var freezes = 0
        var outages = 0
        var longOutages = 0
    }

    private let fleet: StormFleet
    private let weather: Weather
    private let seed: UInt64
    private let state = Mutex((faults: Faults(), isOver: false))

    init(_ fleet: StormFleet, _ weather: Weather, seed: UInt64) {
        self.fleet = fleet
        self.weather = weather
        self.seed = seed
    }

    var faults: Faults { state.withLock { $0.faults } }

    /// Whether everything that the weather holds has happened.
    var hasRaged: Bool {
        let faults = faults
        return faults.kills >= weather.kills && faults.freezes >= weather.freezes && faults.longOutages > 0
            && faults.outages > 1
    }

    var isOver: Bool { state.withLock { $0.isOver } }

    func countSync() { state.withLock { $0.faults.syncs += 1 } }

    func end() { state.withLock { $0.isOver = true } }

    /// Returns when the storm was ended, nothing is frozen any more, and Postgres is there.
    func rage() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.kill() }
            group.addTask { await self.freeze() }
            group.addTask { try await self.cutOff() }
            try await group.waitForAll()
        }
    }

    private func kill() async {
        var random = SeededRandom(seed: seed)
        while await passes(.random(in: weather.killEvery, using: &random)) {
            guard let victim = fleet.roles.randomElement(using: &random), await fleet.kill(victim) else { continue }
            state.withLock { $0.faults.kills += 1 }
        }
    }

    private func freeze() async {
        var random = SeededRandom(seed: seed &+ 1)
        let workers = fleet.roles.filter { if case .worker = $0 { true } else { false } }
        while await passes(.random(in: weather.freezeEvery, using: &random)) {
            guard let victim = workers.randomElement(using: &random), await fleet.freeze(victim, for: weather.freeze)
            else { continue }
            state.withLock { $0.faults.freezes += 1 }
        }
    }

    private func cutOff() async throws {
        var random = SeededRandom(seed: seed &+ 2)
        for number in 1... {
            guard await passes(.random(in: weather.outageEvery, using: &random)) else { return }
            let isLong = number == 2
            if Bool.random(using: &random) { try await fleet.postgres.kill() } else { try await fleet.postgres.stop() }
            try await Task.sleep(
                for: isLong ? weather.longOutage : .seconds(.random(in: weather.outage, using: &random)))
            try await fleet.postgres.restart()
            state.withLock { state in
                if isLong { state.faults.longOutages += 1 } else { state.faults.outages += 1 }
            }
        }
    }

    /// Waits; false when the storm is over.
    private func passes(_ seconds: Double) async -> Bool {
        let end = BootClock.now + .seconds(seconds)
        while BootClock.now < end, !isOver { try? await Task.sleep(for: .milliseconds(20)) }
        return !isOver
    }
}
