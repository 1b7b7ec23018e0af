import Posix

/// Plays many seeds, one after the other.
enum Seeds {
    struct Outcome: Sendable {
        /// The verdicts on those that broke a rule.
        var broken: [Simulation.Verdict] = []
        var tally = Tally()
        /// The edits of the plant that met no statement.
        var unplanted: [String] = []
    }

    /// On a thread of its own, so that nothing but the simulation runs there.
    static func play(_ seeds: ClosedRange<UInt64>, plant: Plant?, untilFirst: Bool) async throws -> Outcome {
        try await Thread.value { () throws -> Outcome in
            let simulation = try Simulation(plant: plant)
            var outcome = Outcome()
            for seed in seeds {
                let verdict = try simulation.play(seed)
                outcome.tally.add(verdict.tally)
                if verdict.violation != nil { outcome.broken.append(verdict) }
                if untilFirst, !outcome.broken.isEmpty { break }
            }
            let edits = plant?.edits ?? []
            outcome.unplanted = edits.indices.filter { !simulation.usedEdits.contains($0) }.map { edits[$0].find }
            return outcome
        }
    }
}
