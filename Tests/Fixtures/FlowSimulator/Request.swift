import Flow
import SQL
import SQLite
import Time

/// One transaction on its way.
final class Request<Value: Sendable>: @unchecked Sendable {
    let answer = Pending<Value>()
    private let process: SimulatedProcess
    private let writes: Bool
    private let body: (any Session) throws -> Value
    private var isWithdrawn = false
    private var hasBegun = false
    private var world: World { process.world }

    init(process: SimulatedProcess, writes: Bool, body: @escaping (any Session) throws -> Value) {
        self.process = process
        self.writes = writes
        self.body = body
    }

    func send() {
        guard world.network.reaches(process) else { return fail(after: world.random.time(0.01, 2)) }
        let fault = world.network.nextFault(for: writes)
        let latency = world.network.latency()
        switch fault {
        case .lostRequest: fail(after: world.random.time(0.01, 3))
        case .delayedWrite:
            // The sender's patience may end before it comes in.
            if world.random.isLucky(0.5) { fail(after: world.random.time(0.1, 5)) }
            plan(after: world.random.time(0.5, longest)) { self.deliver() }
        case .refusal:
            plan(after: latency) {
                let code: DatabaseError.Code = self.world.random.isLucky(0.5) ? .conflict : .full
                self.answer.settle(.failure(DatabaseError(code, "The database refuses.")))
            }
        case .lateAnswer:
            plan(after: latency) { self.deliver(answering: self.world.random.time(0.5, self.longest)) }
        case .lostAnswer: plan(after: latency) { self.deliver(losing: true) }
        case .duplicateDelivery:
            plan(after: latency) { self.deliver(losing: true) }
            plan(after: latency + world.random.time(0.001, world.random.isLucky(0.5) ? 1 : longest)) {
                self.deliver(losing: true)
            }
        case .conflict:
            plan(after: latency) {
                if self.isWithdrawn { return }
                self.hasBegun = true
                _ = self.transact(keeping: false)
                self.plan(after: self.world.network.latency()) { self.deliver() }
            }
        default: plan(after: latency) { self.deliver() }
        }
    }

    /// What has not begun may be taken back from the queue, or not, as it is with what is on the wire.
    func withdraw() {
        if hasBegun || world.random.isLucky(0.4) { return }
        isWithdrawn = true
        answer.settle(.failure(CancellationError()))
    }

    private func plan(after pause: Int64, _ action: @escaping () -> Void) {
        world.plan(at: world.now + pause, action)
    }

    private func fail(after pause: Int64) {
        plan(after: pause) { self.answer.settle(.failure(DatabaseError(.unavailable, "The database is away."))) }
    }

    /// How long things stay on their way, in seconds: past the lease.
    private var longest: Double { world.settings.lease.fractionalSeconds * 1.5 }

    private func deliver(losing: Bool = false, answering pause: Int64? = nil) {
        if isWithdrawn { return }
        // What a process sent before it died may come in or not.
        if process.isDead, world.random.isLucky(0.5) { return }
        guard world.network.reaches(process) else { return fail(after: world.random.time(0.01, 2)) }
        hasBegun = true
        let result = transact(keeping: true)
        if losing { return fail(after: world.random.time(0.01, 3)) }
        plan(after: pause ?? world.network.latency()) { self.answer.settle(result) }
    }

    private func transact(keeping: Bool) -> Result<Value, any Error> {
        world.count(event: "\(process.label) \(writes ? "writes" : "reads")\(keeping ? "" : " in vain")")
        world.tally.transactions += 1
        let session = SimulatedSession(world)
        let connection = world.store.connection
        do {
            try connection.run("BEGIN")
            try connection.run(
                "UPDATE clock SET at = \(world.databaseNow), client = \(world.databaseNow + process.machine.skew)")
            let value = try body(session)
            if let failure = session.failure { throw failure }
            try connection.run(keeping ? "COMMIT" : "ROLLBACK")
            if keeping { world.network.post(session.notices) }
            return .success(value)
        } catch {
            if connection.isInTransaction { _ = try? connection.run("ROLLBACK") }
            return .failure(error)
        }
    }
}
