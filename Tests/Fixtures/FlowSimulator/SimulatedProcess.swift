import Flow
import Posix
import Time

/// A process: the jobs of its tasks run only when the simulation lets them. Only the simulation's thread touches it.
final class SimulatedProcess: TaskExecutor, @unchecked Sendable {
    let world: World
    let machine: Machine
    let role: String
    let pid: Int32
    var isFrozen = false
    private(set) var isDead = false
    /// What is called when its main task has returned by itself.
    var whenDone: (() -> Void)?
    private var main: Task<Void, Never>?
    private var ready: [UnownedJob] = []
    private var first = 0
    private var held: [Int: (any Error) -> Void] = [:]
    private var lastHeld = 0
    /// What tasks of a dead process wait for that were not cancelled; let go one by one, so that they end too.
    private var limbo: [Pending<Void>] = []
    private var released = 0
    private static let releases = 500

    init(_ world: World, machine: Machine, role: String, pid: Int32) {
        self.world = world
        self.machine = machine
        self.role = role
        self.pid = pid
    }

    var label: String { "\(role)(\(pid))" }
    var isIdle: Bool { first == ready.count }
    /// Whether there are tasks that have not come to an end though they were given every chance.
    var hasLeftovers: Bool { !isIdle || !held.isEmpty || !limbo.isEmpty }
    var canRun: Bool {
        isDead ? !isIdle || !limbo.isEmpty && released < Self.releases : !(isIdle || isFrozen || machine.isSuspended)
    }

    var boot: BootInstant { BootInstant(nanoseconds: machine.boot(at: world.now) * 1000) }

    /// What the engine takes from the machine.
    var runtime: FlowRuntime {
        FlowRuntime(
            now: { self.boot }, sleep: { try await self.sleep($0) }, chance: { self.world.random.unit() },
            id: { self.world.freshID() }, executor: self)
    }

    func start(_ body: @escaping @Sendable () async -> Void) {
        main = Task(executorPreference: self) {
            await body()
            if !self.isDead { self.whenDone?() }
        }
    }

    /// Ends the process: nothing that its tasks do from now on has any effect, and all that they wait for fails.
    func die() {
        guard !isDead else { return }
        isDead = true
        whenDone = nil
        main?.cancel()
        for (_, fail) in held.sorted(by: { $0.key < $1.key }) { fail(CancellationError()) }
        held = [:]
    }

    func enqueue(_ job: consuming ExecutorJob) { ready.append(UnownedJob(job)) }

    /// Runs one of the waiting jobs, mostly the first.
    func runOne() {
        if isIdle {
            released += 1
            return limbo.removeFirst().settle(.failure(CancellationError()))
        }
        if ready.count - first > 1, world.random.next() & 3 == 0 {
            ready.swapAt(first, world.random.int(first...(ready.count - 1)))
        }
        let job = ready[first]
        first += 1
        if first == ready.count {
            ready.removeAll(keepingCapacity: true)
            first = 0
        }
        job.runSynchronously(on: asUnownedTaskExecutor())
    }

    /// Calls `fail` where the process ends before `letGo`.
    func hold(_ fail: @escaping (any Error) -> Void) -> Int {
        lastHeld += 1
        if isDead { fail(CancellationError()) } else { held[lastHeld] = fail }
        return lastHeld
    }

    func letGo(_ id: Int) { held[id] = nil }

    func sleep(_ pause: Duration) async throws {
        if Task.isCancelled { throw CancellationError() }
        let pending = Pending<Void>()
        if isDead { limbo.append(pending) }
        let id = isDead ? 0 : hold { pending.settle(.failure($0)) }
        defer { letGo(id) }
        if !isDead, pause < .seconds(1_000_000) {
            arm(pending, until: machine.boot(at: world.now) + pause.wholeMicroseconds)
        }
        try await withTaskCancellationHandler {
            try await pending.value()
        } onCancel: {
            pending.settle(.failure(CancellationError()))
        }
    }

    private func arm(_ pending: Pending<Void>, until deadline: Int64) {
        var time = machine.time(ofBoot: deadline, after: world.now)
        if machine.lateness > 0 { time += world.random.time(0, machine.lateness) }
        world.plan(at: time) { [self] in
            if pending.isSettled { return }
            if machine.boot(at: world.now) < deadline { return arm(pending, until: deadline) }
            world.count(event: "timer of \(label)")
            pending.settle(.success(()))
        }
    }
}
