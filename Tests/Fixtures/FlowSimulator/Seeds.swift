import Posix

/// Plays many seeds on two threads, each a simulation of its own.
enum Seeds {
    /// Answers the verdicts on those that broke a rule, and what all of them did. `isEnough` is asked after each that
    /// broke one.
    static func play(
        _ seeds: ClosedRange<UInt64>, plant: Plant?, untilFirst: Bool, threads: UInt64 = 2
    ) async throws -> (broken: [Simulation.Verdict], tally: Tally, usedEdits: Set<Int>) {
        try await withThrowingTaskGroup(of: ([Simulation.Verdict], Tally, Set<Int>).self) { group in
            for thread in 0..<threads {
                group.addTask {
                    try await Thread.value { () throws -> ([Simulation.Verdict], Tally, Set<Int>) in
                        let simulation = try Simulation(plant: plant)
                        var broken: [Simulation.Verdict] = []
                        var tally = Tally()
                        for seed in stride(from: seeds.lowerBound + thread, through: seeds.upperBound, by: Int(threads)) {
                            let verdict = try simulation.play(seed)
                            tally.add(verdict.tally)
                            if verdict.violation != nil { broken.append(verdict) }
                            if untilFirst, !broken.isEmpty { break }
                        }
                        return (broken, tally, simulation.usedEdits)
                    }
                }
            }
            var broken: [Simulation.Verdict] = []
            var tally = Tally()
            var usedEdits: Set<Int> = []
            for try await (found, counted, used) in group {
                broken += found
                tally.add(counted)
                usedEdits.formUnion(used)
            }
            return (broken.sorted { $0.seed < $1.seed }, tally, usedEdits)
        }
    }
}
