internal import JSON
internal import Posix
package import SQL
package import Time

/// One run's hold on durability, good for as long as its lease is.
///
/// Every method may throw `LeaseLost`, and throws a value of control (`Suspension`, `Cancelled`, `Snooze`, `GiveUp`,
/// `HandOver`) where the run is to be left. Let it pass: once one was thrown the flow is spent, and everything later
/// throws it again.
package struct Flow: Sendable {
    let hold: RunHold

    package var run: RunID { hold.run.id }
    /// How often the run was claimed, this time included: more than 1 after a crash, a sleep or a hand-over.
    package var claims: Int { hold.run.claims }
    /// For transactions of the caller's own; `fenced` is the short form.
    package var fence: RunFence { hold.fence }
    /// The time on the database's clock, or a little less.
    package var now: Instant { hold.now }

    /// Runs `body` once in the life of the run; later passes get what it returned.
    ///
    /// A crash before the result is recorded runs it again, so it must bear that; where it must not, use `atMostOnce`,
    /// where its work is in our own store, `transaction`. An error is tried again by `retry`, then thrown.
    @discardableResult
    package func step<Value: Codable & Sendable>(
        _ name: StepName, retry: Retry = .never, _ body: (Step) async throws -> Value
    ) async throws -> Value {
        let found = try hold.enter(name)
        if let value = found.value { return try hold.decode(value, for: name) }
        let started = hold.runtime.now()
        let value = try await hold.retrying(name, by: retry, found: found, body)
        try await hold.record(hold.encode(value, for: name), for: name, started: started)
        return value
    }

    /// Runs `body` and records its result in one commit, under the fence: both happen, once, or neither does.
    ///
    /// `body` may be run again when the commit lost against another one, so it must change nothing but the database.
    @discardableResult
    package func transaction<Value: Codable & Sendable>(
        _ name: StepName, _ body: @escaping @Sendable (any Session) throws -> Value
    ) async throws -> Value {
        let found = try hold.enter(name)
        if let value = found.value { return try hold.decode(value, for: name) }
        let started = hold.runtime.now()
        return try await hold.leaving {
            try await hold.write { session in
                // After a commit whose answer was lost, the result is there already.
                if let value = try hold.stored(name, in: session) { return try hold.decode(value, for: name) }
                let value = try body(session)
                try hold.record(hold.encode(value, for: name), for: name, started: started, in: session)
                return value
            }
        }
    }

    /// Runs `body` in a transaction that verifies and locks the run's lease first; nothing is recorded.
    ///
    /// It is not tried again when the database is unavailable, for it may have committed.
    @discardableResult
    package func fenced<Value: Sendable>(
        _ body: @escaping @Sendable (any Session) throws -> Value
    ) async throws -> Value {
        try hold.checkHeld()
        return try await hold.leaving { try await hold.writeOnce(body) }
    }

    /// Runs `body` at most once in the life of the run. Its start is written first; where a predecessor started it and
    /// never recorded a result, the answer is nil, which is recorded too.
    package func atMostOnce<Value: Codable & Sendable>(
        _ name: StepName, _ body: () async throws -> Value
    ) async throws -> Value? {
        let found = try hold.enter(name)
        if let value = found.value { return try hold.decode(value, for: name, as: Value?.self) }
        let started = hold.runtime.now()
        if hold.hasStarted(name) {
            try await hold.record("null", for: name, started: started)
            return nil
        }
        try await hold.start(name)
        let value = try await hold.leaving(body)
        try await hold.record(hold.encode(value, for: name), for: name, started: started)
        return value
    }

    /// Leaves the run and comes back to this line when `pause` has passed since it was first reached. No task and no
    /// thread waits.
    package func sleep(_ name: StepName, for pause: Duration) async throws {
        let wake = try await wakeTime(name, after: pause)
        if hold.now < wake { throw hold.leave(Suspension(until: wake)) }
    }

    private func wakeTime(_ name: StepName, after pause: Duration) async throws -> Instant {
        let microseconds: Int64 = try await transaction(name) { session in
            let (wake, overflow) = try session.now().addingReportingOverflow(pause.wholeMicroseconds)
            return overflow ? .max : wake
        }
        return Instant(microseconds: microseconds)
    }
}
