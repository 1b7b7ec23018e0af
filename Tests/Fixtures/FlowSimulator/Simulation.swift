import Flow
import SQL
import SQLite

/// Plays seeds, one after the other, on one store.
final class Simulation {
    /// How one seed went.
    struct Verdict: Sendable {
        let seed: UInt64
        /// The rule that was broken; nil where all held.
        let violation: String?
        let digest: UInt64
        let tally: Tally
    }

    private let store: SimulatedStore
    private let plant: Plant?

    init(plant: Plant? = nil) throws {
        self.plant = plant
        store = try SimulatedStore(plant: plant)
    }

    /// Which of the plant's edits have met a statement so far.
    var usedEdits: Set<Int> { store.used }

    /// Plays a seed to its end; `print` gets a line for everything that happens.
    func play(_ seed: UInt64, print: ((String) -> Void)? = nil) throws -> Verdict {
        try store.empty()
        let world = World(seed: seed, store: store, plant: plant)
        world.trace.print = print
        setUp(world)
        let trouble = world.random.time(20, 40)
        FaultPlan.make(for: world, until: trouble)
        world.play(until: trouble)
        FaultPlan.heal(world)
        let rules = FinalRules(world: world)
        world.play(until: trouble + 600_000_000) { rules.isAtRest && world.now > trouble + 20_000_000 }
        if world.violation == nil { rules.check() }
        finish(world)
        return Verdict(seed: seed, violation: world.violation, digest: world.trace.digest, tally: world.tally)
    }

    private func setUp(_ world: World) {
        world.scripts = Script.drawn(&world.random)
        world.machines = (0..<3).map { number in
            Machine(
                name: "machine \(number)", skew: world.random.time(-120, 120), boot: world.random.time(10, 1_000_000))
        }
        for id in 1...2 {
            let first = World.epoch + world.random.time(0, 20)
            let every = world.random.time(8, 25)
            world.run(
                """
                INSERT INTO schedule (id, first_at, next_at, every, last_at, script)
                VALUES (\(id), \(first), \(first), \(every), \(World.epoch + 30_000_000), \(world.random.int(0...2)))
                """)
        }
        for number in 0..<world.random.int(2...3) {
            let machine = world.machines[number == 2 ? world.random.int(0...1) : number]
            world.plan(in: world.random.time(0, 1)) { world.startWorker(number, on: machine) }
        }
        for number in 0..<2 { world.startCron(number, on: world.machines[number + 1]) }
        for number in 0..<2 { world.startUser(number, on: world.machines[number]) }
    }

    private func finish(_ world: World) {
        world.tally.seeds = 1
        for row in world.store.peek("SELECT state, count(*) AS n FROM run GROUP BY state ORDER BY state") {
            guard let state: String = try? row.get("state"), let count: Int = try? row.get("n") else { continue }
            world.tally.runs += count
            world.tally.ends[state] = count
        }
        world.tally.fewestEvents = world.tally.events
        world.tally.fewestFaults = world.tally.faultCount
        world.tally.digest = world.trace.digest
        if !world.shutDown() { world.violate("a process that ends leaves nothing behind") }
    }
}

extension World {
    /// Writes past the network.
    func run(_ query: Query) {
        do { try store.connection.run(query) } catch { fatalError("The simulation's own statement failed: \(error)") }
    }
}
