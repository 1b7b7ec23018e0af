import Posix
import Testing

struct SimulationTests {
    @Test func `every rule holds in every seed`() async throws {
        if let seed = Seeds.replayed {
            let verdict = try await Thread.value { try Simulation().play(seed) { print($0) } }
            print("seed \(seed): \(verdict.violation ?? "all rules hold"), digest \(verdict.digest)\n\(verdict.tally)")
            #expect(verdict.violation == nil)
            return
        }
        let (verdicts, tally) = try await Seeds.play(Seeds.fromEnvironment)
        for verdict in verdicts {
            print("seed \(verdict.seed): \(verdict.violation ?? "")")
        }
        print(tally)
        #expect(verdicts.isEmpty)
    }
}
