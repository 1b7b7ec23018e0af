import Flow
import Time

/// Which faults a seed meets, and when.
struct FaultPlan {
    private static let least = 8
    /// How many may wait for something to be sent.
    private static let unmet = 3

    /// Plans faults for the time until `end`.
    static func make(for world: World, until end: Int64) {
        // A seed knows some kinds only, so that each is also met without the others.
        var kinds = Fault.allCases.filter { _ in world.random.isLucky(0.5) }
        while kinds.count < 3 { kinds.append(world.random.pick(Fault.allCases)) }
        world.network.isSlow = world.random.isLucky(0.2)
        let onTheWay: [Fault] = [
            .lostRequest, .lostAnswer, .lateAnswer, .refusal, .delayedWrite, .duplicateDelivery, .conflict, .lockedRow,
            .lostNotice,
        ]
        for kind in onTheWay where kinds.contains(kind) && world.random.isLucky(0.4) {
            world.network.shares.append((kind, world.random.pick([0.01, 0.03, 0.1])))
        }
        for _ in 0..<world.random.int(least...16) {
            let kind = world.random.pick(kinds)
            world.plan(in: world.random.time(0.5, Double(end) / 1_000_000)) { apply(kind, to: world) }
        }
    }

    private static func apply(_ kind: Fault, to world: World) {
        var kind = kind
        if isOnTheWay(kind) {
            if world.network.armed.count < unmet { return world.network.armed.append(kind) }
            kind = .madeUpNotice
        }
        world.count(kind)
        let lease = world.settings.lease.fractionalSeconds
        switch kind {
        case .madeUpNotice: world.network.makeUp()
        case .databaseAway:
            world.network.isAway = true
            let until = world.now + pause(world, lease)
            world.plan(at: until) { world.network.isAway = false }
        case .partition:
            let machine = world.random.pick(world.machines)
            machine.isPartitioned = true
            world.plan(in: pause(world, lease)) { machine.isPartitioned = false }
        case .crash:
            guard let process = victim(in: world) else { return }
            world.say("\(process.label) crashes")
            let next = process.whenDone
            process.whenDone = nil
            world.crash(process) { next?() }
        case .freeze:
            guard let process = victim(in: world) else { return }
            process.isFrozen = true
            world.say("\(process.label) freezes")
            world.plan(in: pause(world, lease)) {
                process.isFrozen = false
                world.say("\(process.label) thaws")
            }
        case .suspend: suspend(world.random.pick(world.machines), for: pause(world, lease), world)
        case .unevenClock:
            // Within the margin over a whole lease.
            let most = world.settings.margin.fractionalSeconds / lease * 0.6
            world.random.pick(world.machines).setRate(most * (2 * world.random.unit() - 1), at: world.now)
        case .lateTimers:
            let machine = world.random.pick(world.machines)
            machine.lateness = 2
            world.plan(in: world.random.time(2, 20)) { machine.lateness = 0 }
        case .databaseClockForward:
            world.databaseShift += world.random.time(0.1, lease * 1.5)
            world.excusedUntil = max(world.excusedUntil, world.now + Int64(lease * 1_300_000))
        case .databaseClockBackward: world.databaseShift -= min(world.random.time(0.1, lease), world.now)
        default: break
        }
    }

    /// Whether it is met by what is sent next.
    private static func isOnTheWay(_ kind: Fault) -> Bool {
        switch kind {
        case .lostRequest, .lostAnswer, .lateAnswer, .refusal, .delayedWrite, .duplicateDelivery, .conflict, .lockedRow,
            .lostNotice:
            true
        default: false
        }
    }

    private static func pause(_ world: World, _ lease: Double) -> Int64 {
        world.random.isLucky(0.5) ? world.random.time(0.1, 5) : world.random.time(0.5 * lease, 1.8 * lease)
    }

    private static func victim(in world: World) -> SimulatedProcess? {
        let alive = world.processes.filter { !$0.isDead && $0.whenDone != nil }
        return alive.isEmpty ? nil : world.random.pick(alive)
    }

    private static func suspend(_ machine: Machine, for pause: Int64, _ world: World) {
        guard !machine.isSuspended else { return }
        machine.isSuspended = true
        world.say("\(machine.name) sleeps")
        world.plan(in: pause) {
            world.say("\(machine.name) wakes")
            machine.isSuspended = false
            for external in world.externals where external.process.machine === machine { external.resume() }
        }
    }

    /// What does not end by itself ends now.
    static func heal(_ world: World) {
        world.network.shares = []
        world.network.isSlow = false
        world.network.armed = []
    }
}
