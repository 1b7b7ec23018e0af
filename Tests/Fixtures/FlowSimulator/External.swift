import Flow
import Posix
import Time

/// What a body holds outside of the database for a while, as an attempt holds its connectors: it goes on when the
/// worker's process is dead or frozen, and a guard of its own ends it when the lease's deadline has passed.
final class External: @unchecked Sendable {
    let flow: Flow
    let process: SimulatedProcess
    /// A limit of one that the run holds.
    let slot: String?
    private(set) var hasEnded = false
    private let end = Pending<Void>()
    private var isStopping = false
    private var world: World { process.world }
    private var machine: Machine { process.machine }

    /// Throws where the deadline has passed.
    static func begin(
        _ flow: Flow, _ process: SimulatedProcess, slot: String?, for duration: Duration
    ) throws -> External {
        guard !process.isDead, flow.leaseDeadline > process.boot else { throw CancellationError() }
        let external = External(flow, process, slot)
        let world = process.world
        world.count(event: "external of run \(flow.run) begins under \(flow.fence.token) at \(process.label)")
        external.checkAlone()
        world.externals.append(external)
        world.plan(in: duration.wholeMicroseconds) { external.finish("is done") }
        external.guardDeadline()
        return external
    }

    private init(_ flow: Flow, _ process: SimulatedProcess, _ slot: String?) {
        self.flow = flow
        self.process = process
        self.slot = slot
    }

    var isActive: Bool { !hasEnded && !machine.isSuspended }

    /// Waits for its end, whatever becomes of the caller's task; only the caller's process's end cuts it short.
    func wait() async throws {
        let id = process.hold { self.end.settle(.failure($0)) }
        defer { process.letGo(id) }
        try await end.value()
    }

    /// Tells it to end, for which it may take as long as the grace.
    func stop() {
        guard !hasEnded, !isStopping else { return }
        isStopping = true
        world.plan(in: world.random.time(0, min(1.5, world.dying.fractionalSeconds))) {
            self.finish("was stopped")
        }
    }

    /// The machine goes on after a pause.
    func resume() {
        guard !hasEnded else { return }
        if flow.leaseDeadline <= process.boot { return finish("was killed after a pause") }
        checkAlone()
    }

    private func guardDeadline() {
        let deadline = flow.leaseDeadline
        let time = machine.time(ofBoot: deadline.nanoseconds / 1000, after: world.now)
        world.plan(at: time) { [self] in
            if hasEnded || machine.isSuspended { return }
            if flow.leaseDeadline > process.boot { return guardDeadline() }
            let grace = world.random.time(0, world.dying.fractionalSeconds)
            let death = machine.time(ofBoot: machine.boot(at: world.now) + grace, after: world.now)
            world.plan(at: death) { self.finish("was killed at its deadline") }
        }
    }

    private func finish(_ how: String) {
        guard !hasEnded else { return }
        hasEnded = true
        world.externals.removeAll { $0 === self }
        world.count(event: "external of run \(flow.run) under \(flow.fence.token) \(how)")
        end.settle(.success(()))
    }

    private func checkAlone() {
        for other in world.externals where other !== self && other.isActive {
            if other.flow.run == flow.run, other.flow.fence != flow.fence { clash("a run has one live owner", other) }
            if let slot, other.slot == slot, other.flow.run != flow.run { clash("a slot has one live owner", other) }
        }
    }

    private func clash(_ rule: String, _ other: External) {
        if world.now < world.excusedUntil {
            world.tally.excused += 1
            return
        }
        world.violate(rule)
        world.say("run \(flow.run) token \(flow.fence.token) and run \(other.flow.run) token \(other.flow.fence.token)")
    }
}
