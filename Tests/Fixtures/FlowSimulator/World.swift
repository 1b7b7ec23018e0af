import Flow
import JSON
import Log
import SQL

/// Everything that one seed plays in: the time, what is to come, the machines with their processes, and the database.
/// Only the simulation's thread touches it.
final class World: @unchecked Sendable {
    /// Time begins here on the database's clock.
    static let epoch: Int64 = 1_700_000_000_000_000
    private static let jobsInAnInstant = 50_000

    let seed: UInt64
    let settings: FlowSettings
    /// How long what is killed takes to end, at most.
    let dying: Duration
    let store: SimulatedStore
    let ledger = Ledger()
    var random: SeededRandom
    var trace = Trace()
    var tally = Tally()
    /// Microseconds since the beginning.
    private(set) var now: Int64 = 0
    /// How far jumps have moved the database's clock.
    var databaseShift: Int64 = 0
    /// Until when leases may overlap because the database's clock jumped ahead: what a worker counted on its own clock
    /// was right when it was granted.
    var excusedUntil: Int64 = 0
    var machines: [Machine] = []
    var processes: [SimulatedProcess] = []
    var externals: [External] = []
    var scripts: [Script] = []
    private(set) lazy var network = Network(self)
    /// The rule that was broken first.
    private(set) var violation: String?
    private var events = EventQueue()
    private var lastID = 1_000_000
    private var lastPid: Int32 = 100

    init(seed: UInt64, store: SimulatedStore, plant: Plant?) {
        self.seed = seed
        self.store = store
        random = SeededRandom(seed: seed)
        var settings = FlowSettings.drawn(&random)
        dying = settings.grace
        plant?.settings?(&settings)
        self.settings = settings
    }

    var databaseNow: Int64 { Self.epoch + now + databaseShift }
    var log: Log { Log(level: .error) { _ in } }

    func freshPid() -> Int32 {
        lastPid += 1
        return lastPid
    }

    func freshID() -> String { "id-\(freshNumber())" }

    func freshNumber() -> Int {
        lastID += 1
        return lastID
    }

    func plan(at time: Int64, _ action: @escaping () -> Void) { events.plan(at: max(time, now), action) }

    func plan(in pause: Int64, _ action: @escaping () -> Void) { plan(at: now + pause, action) }

    func count(event: @autoclosure () -> String) {
        tally.events += 1
        trace.add(now)
        say(event())
    }

    func count(_ fault: Fault) {
        tally.count(fault)
        trace.add(Int64(fault.rawValue))
        say("FAULT \(fault)")
    }

    func say(_ text: @autoclosure () -> String) { trace.say(at: now, text()) }

    func violate(_ rule: String) {
        if violation == nil { violation = rule }
        say("BROKEN \(rule)")
    }

    /// Notes a rule that a statement has broken.
    func judge(_ error: DatabaseError) {
        if let mark = error.message.firstRange(of: Rules.mark) {
            // The message is a sentence and ends with a full stop.
            violate(String(error.message[mark.upperBound...].dropLast()))
        } else if error.code != .constraintViolation && error.code != .uniqueViolation {
            violate("the database refused a statement: \(error)")
        } else {
            violate("a constraint of the schema was hit: \(error)")
        }
    }

    /// Lets time go on until `end`, or until `isOver` answers true, which is asked each second.
    func play(until end: Int64, isOver: () -> Bool = { false }) {
        var jobs = 0
        var nextLook = now + 1_000_000
        while violation == nil {
            if let process = runnable() {
                process.runOne()
                tally.jobs += 1
                jobs += 1
                if jobs > Self.jobsInAnInstant { violate("time stands still: \(process.label) is always busy") }
                continue
            }
            jobs = 0
            if now >= nextLook {
                if isOver() { return }
                nextLook = now + 1_000_000
            }
            guard let time = events.nextTime, time <= end, let event = events.popFirst() else { break }
            now = time
            event.action()
        }
        now = max(now, violation == nil ? end : now)
    }

    /// Ends every process and lets what its tasks wait for fail; false where something never lets go.
    func shutDown() -> Bool {
        for process in processes { process.die() }
        var jobs = 0
        while let process = processes.first(where: \.canRun) {
            process.runOne()
            jobs += 1
            if jobs > Self.jobsInAnInstant {
                say("\(process.label) never ends")
                return false
            }
        }
        return !processes.contains(where: \.hasLeftovers)
    }

    private func runnable() -> SimulatedProcess? {
        var found: SimulatedProcess?
        var count = 0
        for process in processes where process.canRun {
            count += 1
            if found == nil || random.next() % UInt64(count) == 0 { found = process }
        }
        return found
    }
}
