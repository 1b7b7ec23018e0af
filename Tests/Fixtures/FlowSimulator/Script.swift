import Flow

/// What one run's body does. It stands outside of the database; the run's input is its number.
struct Script: Sendable {
    enum Kind: Sendable, CaseIterable {
        /// Failures are final.
        case plain
        /// Failures are tried again.
        case stubborn
        /// Of a version that not every worker knows.
        case newer
        /// Of a workflow that no worker knows.
        case unknown
    }

    indirect enum Action: Sendable {
        /// Fails at first.
        case step(failures: Int, retry: Retry, takes: Duration)
        /// Saves where it has come to.
        case pages(Int)
        case transaction
        case fenced
        case once(takes: Duration)
        case sleep(Duration)
        /// Starts the run of another script, and may wait for it.
        case child(Int, waits: Bool, timeout: Duration?)
        case wait(SignalName, timeout: Duration?)
        case take(SignalName)
        /// Holds something outside of the database.
        case external(Duration)
        case parallel([Action])
        /// Leave in the first pass and go on in the second.
        case snooze(Duration)
        case handOver
        /// Throws, the first times.
        case fail(times: Int)
        case giveUp
        /// Gives no sign of life.
        case idle(Duration)
    }

    let kind: Kind
    let actions: [Action]
    let options: StartOptions
    /// The slot with a limit of one among its slots.
    let slot: String?
}

extension Script {
    /// The scripts of a seed. Children come from the first ones, which have none.
    static func drawn(_ random: inout SeededRandom) -> [Script] {
        (0..<random.int(7...11)).map { number in
            let kind: Kind =
                number < 3
                ? .plain : random.isLucky(0.06) ? .unknown : random.pick([.plain, .stubborn, .stubborn, .newer])
            let count = number < 3 ? random.int(1...2) : random.int(2...5)
            let actions = (0..<count).map { _ in action(&random, children: number >= 3, nested: false) }
            let slots = random.isLucky(0.35) ? [random.pick([SlotKey("one", limit: 1), SlotKey("two", limit: 2)])] : []
            let more = !slots.isEmpty && random.isLucky(0.3) ? [SlotKey("many", limit: 3)] : []
            let holds = slots.first?.name == "one"
            return Script(
                kind: kind, actions: holds ? actions + [.external(random.duration(1, 20))] : actions,
                options: options(&random, number, slots + more), slot: holds ? "one" : nil)
        }
    }

    private static func options(_ random: inout SeededRandom, _ number: Int, _ slots: [SlotKey]) -> StartOptions {
        StartOptions(
            uniqueKey: random.isLucky(0.3) ? "key \(random.int(0...1))" : nil,
            idempotencyKey: number >= 3 && random.isLucky(0.5) ? "script \(number)" : nil,
            priority: random.pick([.manual, .scheduled, .backfill]),
            due: random.isLucky(0.2) ? .after(random.duration(1, 15)) : .now, slots: slots,
            workspace: random.pick([nil, "a", "b"]),
            limits: RunLimits(
                queueWait: random.isLucky(0.1) ? random.duration(5, 60) : nil,
                runTime: random.isLucky(0.15) ? random.duration(5, 60) : nil,
                silence: random.isLucky(0.1) ? random.duration(3, 20) : nil))
    }

    private static func action(_ random: inout SeededRandom, children: Bool, nested: Bool) -> Action {
        switch random.int(0...(nested ? 4 : 19)) {
        case 0:
            .step(
                failures: random.int(0...2), retry: .upTo(random.int(1...3), pausing: random.duration(0.1, 4)),
                takes: random.duration(0, 3))
        case 1: .step(failures: 0, retry: .never, takes: random.duration(0, 8))
        case 2: .transaction
        case 3: .once(takes: random.duration(0, 4))
        case 4: .pages(random.int(2...4))
        case 5, 6: .external(random.duration(1, 30))
        case 7: .transaction
        case 8: .sleep(random.duration(0.5, 15))
        case 9, 10:
            children
                ? .child(
                    random.int(0...2), waits: random.isLucky(0.8),
                    timeout: random.isLucky(0.4) ? random.duration(2, 15) : nil)
                : .transaction
        case 11, 12, 13:
            .wait(
                random.pick(["go", "updated"]), timeout: random.isLucky(0.5) ? random.duration(1, 15) : nil)
        case 14: .take(random.pick(["go", "updated"]))
        case 15: .parallel((0..<random.int(2...3)).map { _ in action(&random, children: false, nested: true) })
        case 16: random.pick([.snooze(random.duration(0.5, 6)), .handOver])
        case 17: random.pick([.fail(times: random.int(1...3)), .fail(times: 1), .giveUp])
        case 18: .idle(random.duration(1, 10))
        default: .fenced
        }
    }
}
