import Testing

/// Bugs that are planted into what the engine sends to its database, each with the rules that may find it.
@Suite(.serialized)
struct PlantTests {
    private static let owner = "a run has one live owner"
    private static let holder = "a slot has one live owner"
    private static let fence = "no step is written behind the fence"
    private static let effect = "no effect is written behind the fence"
    private static let due = "no run is claimed before it is due"
    private static let rest = "every run ends or waits with a reason"

    static let plants: [(plant: String, rules: [String])] = [
        ("fence without token", [owner, holder, fence, effect]),
        ("fence without lease", [fence, effect]),
        ("claim of held runs", ["only a waiting run is claimed"]),
        ("claim before due", [due]),
        ("claim without lease", ["only a worker whose lease lasts claims"]),
        ("lost wake-up", ["no signal is lost"]),
        ("sleep over a signal", ["no signal is lost"]),
        ("lease on the client's clock", ["only a worker whose lease lasts claims", due, owner, holder]),
        ("rescue from a lease that lasts", [owner, holder]),
        ("rescue that forgets", [rest]),
        ("slots taken unseen", ["a slot is held by one run"]),
        ("slots kept", [rest, "only running runs hold slots"]),
        ("no unique key", ["one live run holds a unique key"]),
        ("no idempotency key", ["an idempotency key starts one run"]),
        ("signal taken twice", ["what is taken is recorded"]),
        ("step overwritten", ["a recorded step never changes"]),
        ("at most once forgotten", ["a body that may run once runs once"]),
        ("cancellation overlooked", ["a run whose cancellation was asked for is not put back"]),
        ("parent not told", ["no end of a child is lost"]),
        ("limits never looked at", ["a run whose time is up ends"]),
        ("no time kept back", [owner, holder]),
    ]

    @Test(arguments: plants) func `a planted bug is found`(_ plant: String, _ rules: [String]) async throws {
        let play = try await Simulator.play(1...2000, plant: plant)
        #expect(!play.lines.contains { $0.hasPrefix("unplanted") }, "The engine's statements have changed.")
        let found = try #require(play.broken.first, "No seed has found it.")
        print("\(plant): seed \(found.seed), \(found.rule)")
        #expect(rules.contains(found.rule))
    }
}
