import JSON
import Posix
import SQL
import Service
import Synchronization
import Time

/// One run in the hands of this worker: its fence, what its steps have recorded, and whether it is spent.
final class RunHold: Sendable {
    private struct State {
        /// The steps that have a row in the store, recorded or not.
        var steps: [StepName: StepRecord]
        /// The names that this pass has used.
        var used: Set<StepName> = []
        var spent: (any Error)?
        var lastBeat: BootInstant
        /// The open signals that the body was told of.
        var told: Set<Int64> = []
        var listeners: [(SignalName, @Sendable () -> Void)] = []
    }

    let run: ClaimedRun
    let fence: RunFence
    let lease: WorkerLease
    let database: any Database
    let writer: StepWriter
    let runtime: FlowRuntime
    let cancellation = Latch<Cancelled>()
    let stopping = Latch<HandOver>()
    let expiry = Latch<TimedOut>()
    let loss = Latch<LeaseLost>()
    private let state: Mutex<State>

    init(run: ClaimedRun, lease: WorkerLease, database: any Database, writer: StepWriter, runtime: FlowRuntime) {
        self.run = run
        self.lease = lease
        self.database = database
        self.writer = writer
        self.runtime = runtime
        state = Mutex(State(steps: [:], lastBeat: runtime.now()))
        fence = RunFence(run: run.id, token: run.token, worker: lease.worker)
    }

    /// The time on the database's clock, or a little less: what has passed since the claim was answered is added to
    /// the time at which it was made.
    var now: Instant { run.claimedAt + (runtime.now() - run.answeredAt) }

    /// What the run was left with, where it was.
    var spent: (any Error)? { state.withLock { $0.spent } }

    func setSteps(_ steps: [StepName: StepRecord]) { state.withLock { $0.steps = steps } }

    /// Takes a step's name for this pass and answers what is known of the step.
    func enter(_ name: StepName) throws -> StepRecord {
        try checkHeld()
        try StepName.check(name)
        return try state.withLock { state in
            guard state.used.insert(name).inserted else {
                throw FlowError(
                    .stepReused(name), "The step \"\(name)\" was used twice in one pass; give each its own name.")
            }
            return state.steps[name] ?? StepRecord()
        }
    }

    func record(of name: StepName) -> StepRecord { state.withLock { $0.steps[name] ?? StepRecord() } }

    /// Whether the store has a row of the step, recorded or not.
    func hasStarted(_ name: StepName) -> Bool { state.withLock { $0.steps[name] != nil } }

    func update(_ name: StepName, _ change: (inout StepRecord) -> Void) {
        state.withLock { change(&$0.steps[name, default: StepRecord()]) }
    }

    /// When the body last gave a sign of life.
    var lastBeat: BootInstant { state.withLock { $0.lastBeat } }

    func beat() {
        let now = runtime.now()
        state.withLock { $0.lastBeat = now }
    }

    /// Calls `handler` for each open signal of the name that the worker learns of, from now on.
    func listen(for signal: SignalName, _ handler: @escaping @Sendable () -> Void) {
        state.withLock { $0.listeners.append((signal, handler)) }
    }

    /// Tells the body of an open signal, once.
    func tell(_ id: Int64, _ signal: SignalName) {
        let handlers = state.withLock { state -> [@Sendable () -> Void] in
            let listening = state.listeners.filter { $0.0 == signal }
            guard !listening.isEmpty, state.told.insert(id).inserted else { return [] }
            return listening.map(\.1)
        }
        for handler in handlers { handler() }
    }

    /// Throws where the run was left or lost.
    func checkHeld() throws {
        if let lost = loss.value { throw lost }
        if let spent { throw spent }
    }

    /// Spends the flow; what it was spent with first is what counts.
    func leave(_ error: any Error) -> any Error {
        state.withLock { state in
            if let spent = state.spent { return spent }
            state.spent = error
            return error
        }
    }

    /// Runs `body`; a value of control that it throws spends the flow.
    func leaving<Value>(_ body: () async throws -> Value) async throws -> Value {
        do { return try await body() } catch { throw departure(for: error) ?? error }
    }

    /// What the run is left with because of `error`; nil where it is an ordinary failure.
    func departure(for error: any Error) -> (any Error)? {
        if let lost = loss.value { return lost }
        switch error {
        case let lost as LeaseLost:
            lose(lost)
            return lost
        case is Suspension, is Cancelled, is Snooze, is GiveUp, is HandOver:
            return leave(error)
        default:
            return nil
        }
    }

    func lose(_ lost: LeaseLost) { loss.set(lost) }

    func encode(_ value: some Encodable, for name: StepName) throws -> String {
        do { return try JSON.encode(value).text } catch {
            throw FlowError(.badValue, "The value of the step \"\(name)\" cannot be written as JSON.")
        }
    }

    func decode<Value: Decodable>(_ text: String, for name: StepName, as type: Value.Type = Value.self) throws -> Value
    {
        do { return try JSON.parse(text).decode(Value.self) } catch {
            throw FlowError(
                .unreadable, "What the step \"\(name)\" of run \(run.id) recorded is not a \(Value.self): \(error).")
        }
    }
}
