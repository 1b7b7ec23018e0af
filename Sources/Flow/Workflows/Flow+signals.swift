package import JSON
internal import SQL
internal import Time

extension Flow {
    /// Takes the oldest untaken signal of a name; nil where there is none. Recorded like any step.
    package func take(_ name: StepName, _ signal: SignalName) async throws -> JSON? {
        try await transaction(name) { session in
            try hold.takeOldest(signal, in: session).map { [$0] } ?? []
        }.first
    }

    /// Calls `handler` within a second whenever a signal of a name has come in that was not taken yet; from now on, on
    /// any thread, and it must not block.
    package func whenSignalled(_ signal: SignalName, _ handler: @escaping @Sendable () -> Void) {
        hold.listen(for: signal, handler)
    }

    /// Takes the oldest untaken signal of a name; where there is none, leaves the run until one comes in.
    ///
    /// Nil once `timeout` has passed since this line was first reached. A signal is taken once, and what was taken is
    /// recorded in the same commit.
    package func wait(
        _ name: StepName, for signal: SignalName, timeout: Duration? = nil
    ) async throws -> JSON? {
        let found = try hold.enter(name)
        if let value = found.value { return try hold.decode(value, for: name, as: [JSON].self).first }
        let outcome = try await hold.write { session in
            try hold.take(signal, for: name, timeout: timeout, in: session)
        }
        switch outcome {
        case .taken(let payload): return payload
        case .timedOut: return nil
        case .wait(let until): throw hold.leave(Suspension(until: until, awaiting: signal))
        }
    }
}

extension RunHold {
    enum Wait: Sendable {
        case taken(JSON)
        case timedOut
        case wait(until: Instant)
    }

    /// Decides a wait in one transaction.
    func take(
        _ signal: SignalName, for name: StepName, timeout: Duration?, in session: any Session
    ) throws -> Wait {
        // After a commit whose answer was lost, the signal is taken already.
        if let value = try stored(name, in: session) {
            return try decode(value, for: name, as: [JSON].self).first.map(Wait.taken) ?? .timedOut
        }
        if let payload = try takeOldest(signal, in: session) {
            try finish(name, with: [payload], in: session)
            return .taken(payload)
        }
        let now = Instant(microseconds: try session.now())
        guard let timeout else { return .wait(until: .never) }
        try session.run(
            """
            INSERT INTO run_step (run_id, name, lease_token, started_at, wake_at)
            VALUES (\(run.id), \(name.text), \(run.token), \(now), \(now + timeout))
            ON CONFLICT (run_id, name) DO NOTHING
            """)
        let deadline: Instant =
            try session.value(
                "SELECT wake_at FROM run_step WHERE run_id = \(run.id) AND name = \(name.text)") ?? now
        guard deadline <= now else { return .wait(until: deadline) }
        try finish(name, with: [], in: session)
        return .timedOut
    }

    func takeOldest(_ signal: SignalName, in session: any Session) throws -> JSON? {
        let open = try session.row(
            """
            SELECT id, payload FROM run_signal
            WHERE run_id = \(run.id) AND name = \(signal.text) AND taken_at IS NULL ORDER BY id LIMIT 1
            """)
        guard let open else { return nil }
        try session.run(
            "UPDATE run_signal SET taken_at = \(session.dialect.now) WHERE id = \(open.get("id", as: Int64.self))")
        return try JSON.parse(open.get("payload", as: String.self))
    }

    /// Records what a wait found: a list of one payload, or of none.
    private func finish(_ name: StepName, with payloads: [JSON], in session: any Session) throws {
        try session.run(
            """
            INSERT INTO run_step (run_id, name, lease_token, started_at, recorded_at, value)
            VALUES (\(run.id), \(name.text), \(run.token), \(session.dialect.now), \(session.dialect.now),
                    \(JSON.array(payloads).text))
            ON CONFLICT (run_id, name) DO UPDATE
            SET lease_token = excluded.lease_token, recorded_at = excluded.recorded_at, value = excluded.value,
                wake_at = NULL
            """)
    }
}

extension Instant {
    /// Later than anything that comes to pass.
    static let never = Instant(microseconds: .max)
}
