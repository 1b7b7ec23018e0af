import Posix
import TestKit

/// One run of the simulator, a program of its own: there nothing but the seed decides what happens next.
struct Simulator: Sendable {
    /// What it wrote, line by line.
    let lines: [String]

    /// Plays the seeds, with a plant until the first one that breaks a rule.
    static func play(_ seeds: ClosedRange<UInt64>, plant: String? = nil) async throws -> Simulator {
        try await run([String(seeds.lowerBound), String(seeds.upperBound)] + (plant.map { [$0] } ?? []))
    }

    /// Plays one seed and writes down everything that happens.
    static func trace(_ seed: UInt64) async throws -> Simulator { try await run([String(seed)]) }

    private static func run(_ arguments: [String]) async throws -> Simulator {
        let directory = "/tmp/swiftlet-simulation-\(UUID())"
        try Directory.create(directory)
        defer { try? Directory.remove(directory) }
        let program = try await RunningProgram.start(
            "FlowSimulator", arguments, environment: [:], directory: directory)
        _ = await program.exit()
        return Simulator(lines: program.output.split(separator: "\n").map(String.init))
    }

    /// The rules that were broken, each with its seed.
    var broken: [(seed: UInt64, rule: String)] {
        lines.compactMap { line in
            let words = line.split(separator: " ", maxSplits: 3)
            guard words.count == 4, words[0] == "seed", let seed = UInt64(words[1]), words[3] != "holds" else {
                return nil
            }
            return (seed, String(words[3]))
        }
    }

    /// What stands behind a label.
    func text(_ label: String) -> String {
        lines.first { $0.hasPrefix(label + ": ") }.map { String($0.dropFirst(label.count + 2)) } ?? ""
    }

    /// The first number behind a label.
    func count(_ label: String) -> Int { Int(text(label).prefix { $0.isNumber }) ?? 0 }

    /// The least of something that a seed had.
    func least(_ label: String) -> Int {
        Int(text(label).split(separator: "at least ").last?.prefix { $0.isNumber } ?? "") ?? 0
    }

    /// How often each kind of fault was met.
    var faults: [(kind: String, count: Int)] {
        lines.compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 3, words[0] == "fault", let count = Int(words[2]) else { return nil }
            return (String(words[1].dropLast()), count)
        }
    }
}
