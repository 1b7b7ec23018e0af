import Posix
import Testing

@Suite(.serialized)
struct SimulationTests {
    /// Two programs share the seeds, for two cores.
    @Test func `every rule holds in every seed`() async throws {
        let seeds = Self.seeds
        let middle = seeds.lowerBound + (seeds.upperBound - seeds.lowerBound) / 2
        async let first = Simulator.play(seeds.lowerBound...middle)
        async let second = middle < seeds.upperBound ? Simulator.play((middle + 1)...seeds.upperBound) : nil
        let plays = try await [first, second].compactMap(\.self)

        for play in plays { print(play.lines.joined(separator: "\n")) }
        #expect(plays.reduce(0) { $0 + $1.count("seeds") } == seeds.count)
        for (seed, rule) in plays.flatMap(\.broken) {
            Issue.record("Seed \(seed) breaks the rule: \(rule). SWIFTLET_SIMULATION_SEED=\(seed) shows how.")
        }
        for play in plays {
            #expect(play.least("events") >= 200)
            #expect(play.least("faults") >= 5)
        }
    }

    @Test func `every kind of fault is met`() async throws {
        let play = try await Simulator.play(1...300)
        #expect(play.faults.count >= 19)
        for (kind, count) in play.faults { #expect(count > 0, "\(kind) was never met") }
    }

    @Test func `a seed plays the same way every time`() async throws {
        let one = try await Simulator.play(1...40)
        let other = try await Simulator.play(1...40)
        #expect(!one.text("digest").isEmpty)
        #expect(one.lines == other.lines)

        let seed = Self.replayed ?? 1
        let trace = try await Simulator.trace(seed)
        if Self.replayed != nil { print(trace.lines.joined(separator: "\n")) }
        #expect(trace.lines.count > 200)
        #expect(try await Simulator.trace(seed).lines == trace.lines)
    }

    /// `SWIFTLET_SIMULATION_SEEDS=from-to`; those that are always played where it is not set.
    private static var seeds: ClosedRange<UInt64> {
        let numbers = (Environment.current["SWIFTLET_SIMULATION_SEEDS"] ?? "").split(separator: "-").map { UInt64($0) }
        guard numbers.count == 2, let first = numbers[0], let last = numbers[1], first <= last else {
            return 1...10_000
        }
        return first...last
    }

    /// `SWIFTLET_SIMULATION_SEED=n`: the seed whose every line is printed.
    private static var replayed: UInt64? { Environment.current["SWIFTLET_SIMULATION_SEED"].flatMap { UInt64($0) } }
}
