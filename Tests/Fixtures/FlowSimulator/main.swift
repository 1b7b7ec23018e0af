import Glibc
import Posix

// FlowSimulator FIRST LAST [PLANT]: plays seeds and says which broke a rule.
// FlowSimulator SEED [PLANT]: plays one and prints everything that happens.
let words = Array(CommandLine.arguments.dropFirst())
let numbers = words.prefix { UInt64($0) != nil }.compactMap { UInt64($0) }
var plant: Plant?
if let name = words.dropFirst(numbers.count).first {
    plant = Plant.all.first { $0.name == name }
    if plant == nil {
        print("There is no plant \"\(name)\", but: \(Plant.all.map(\.name).joined(separator: ", "))")
        exit(2)
    }
}

switch numbers.count {
case 1:
    let seed = numbers[0]
    let verdict = try await Thread.value { [plant] in try Simulation(plant: plant).play(seed) { print($0) } }
    print("\(verdict.tally)\nseed \(seed) \(verdict.digest) \(verdict.violation ?? "holds")")
    exit(verdict.violation == nil ? 0 : 1)
case 2 where numbers[0] <= numbers[1]:
    let outcome = try await Seeds.play(numbers[0]...numbers[1], plant: plant, untilFirst: plant != nil)
    print(outcome.tally)
    for verdict in outcome.broken { print("seed \(verdict.seed) \(verdict.digest) \(verdict.violation ?? "")") }
    for edit in outcome.unplanted { print("unplanted: \(edit)") }
    exit(outcome.broken.isEmpty ? 0 : 1)
default:
    print("FlowSimulator FIRST LAST [PLANT] | FlowSimulator SEED [PLANT]")
    exit(2)
}
