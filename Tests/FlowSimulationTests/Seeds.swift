import Posix

/// Which seeds are played, and how: on two threads, each a simulation of its own.
enum Seeds {
    /// `SWIFTLET_SIMULATION_SEEDS=from-to`; those that are always played where it is not set.
    static var fromEnvironment: ClosedRange<UInt64> {
        let numbers = (Environment.current["SWIFTLET_SIMULATION_SEEDS"] ?? "").split(separator: "-").map { UInt64($0) }
        guard numbers.count == 2, let first = numbers[0], let last = numbers[1], first <= last else {
            return 1...10_000
        }
        return first...last
    }

    /// `SWIFTLET_SIMULATION_SEED=n`: the one seed to play, with every line of what happens.
    static var replayed: UInt64? { Environment.current["SWIFTLET_SIMULATION_SEED"].flatMap { UInt64($0) } }

    /// Plays seeds and answers the verdicts on those that broke a rule, and what all of them did.
    static func play(
        _ seeds: ClosedRange<UInt64>, plant: Plant? = nil, threads: UInt64 = 2
    ) async throws -> (broken: [Simulation.Verdict], tally: Tally) {
        try await withThrowingTaskGroup(of: ([Simulation.Verdict], Tally).self) { group in
            for thread in 0..<threads {
                group.addTask {
                    try await Thread.value { () throws -> ([Simulation.Verdict], Tally) in
                        let simulation = try Simulation(plant: plant)
                        var broken: [Simulation.Verdict] = []
                        var tally = Tally()
                        for seed in stride(from: seeds.lowerBound + thread, through: seeds.upperBound, by: Int(threads)) {
                            let verdict = try simulation.play(seed)
                            tally.add(verdict.tally)
                            if verdict.violation != nil { broken.append(verdict) }
                        }
                        return (broken, tally)
                    }
                }
            }
            var broken: [Simulation.Verdict] = []
            var tally = Tally()
            for try await (found, counted) in group {
                broken += found
                tally.add(counted)
            }
            return (broken.sorted { $0.seed < $1.seed }, tally)
        }
    }
}
