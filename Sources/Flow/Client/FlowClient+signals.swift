internal import JSON
package import SQL

extension FlowClient {
    /// Sends word to a run. Cancelling twice is the same as once.
    @discardableResult
    package func signal(_ run: RunID, _ signal: RunSignal) async throws -> RunSignal.Delivery {
        try await database.write { try self.signal(run, signal, in: $0) }
    }

    /// Sends word to a run when the caller's transaction commits.
    @discardableResult
    package func signal(
        _ run: RunID, _ signal: RunSignal, in session: any Session
    ) throws -> RunSignal.Delivery {
        // The lock comes first: whoever leaves the run meanwhile sees the signal, or the signal sees that it left.
        let row = try session.row(
            "SELECT state, cancel_requested_at FROM run WHERE id = \(run) \(session.dialect.forUpdate)")
        guard let row, let state = RunState(rawValue: try row.get("state")) else {
            throw FlowError(.noSuchRun(run), "There is no run \(run).")
        }
        if state.hasEnded { return .late }
        switch signal {
        case .cancel(let reason):
            return try cancel(run, because: reason, state: state, asked: row.get("cancel_requested_at"), in: session)
        case .pause: try pause(run, state: state, in: session)
        case .resume: try resume(run, state: state, in: session)
        case .runNow:
            let hurried = try session.run(
                "UPDATE run SET due_at = \(session.dialect.now) WHERE id = \(run) AND state = 'waiting'")
            try note(signal, of: run, in: session)
            if hurried > 0 { try session.notify(FlowChannel.due) }
        case .updated, .custom:
            try signal.keep(for: run, in: session)
            try note(signal, of: run, in: session)
            if state == .running { try session.notify(FlowChannel.signal) }
        }
        return .delivered
    }

    private func cancel(
        _ run: RunID, because reason: String, state: RunState, asked: SQLValue, in session: any Session
    ) throws -> RunSignal.Delivery {
        if asked == .null {
            try session.run(
                """
                UPDATE run SET cancel_requested_at = \(session.dialect.now), cancel_reason = \(reason)
                WHERE id = \(run)
                """)
            try note(.cancel(reason: reason), of: run, in: session)
        }
        if state == .running {
            try session.notify(FlowChannel.signal)
            return .delivered
        }
        try RunEnding.cancelled(reason: reason).write(to: run, by: nil, in: session)
        return .ended
    }

    /// A run that is held is parked as soon as its worker lets go of it.
    private func pause(_ run: RunID, state: RunState, in session: any Session) throws {
        let asked = try session.run(
            "UPDATE run SET pause_requested_at = \(session.dialect.now) WHERE id = \(run) AND pause_requested_at IS NULL"
        )
        if asked == 0 { return }
        try note(.pause, of: run, in: session)
        if state == .running { return try session.notify(FlowChannel.signal) }
        try session.run("UPDATE run SET state = 'parked', parked_because = 'paused' WHERE id = \(run)")
        try RunEvent.write(.parked, of: run, detail: ["because": "paused"], in: session)
    }

    private func resume(_ run: RunID, state: RunState, in session: any Session) throws {
        try session.run("UPDATE run SET pause_requested_at = NULL WHERE id = \(run)")
        try note(.resume, of: run, in: session)
        guard state == .parked else { return }
        try ParkReason.putBack(run, in: session)
    }

    private func note(_ signal: RunSignal, of run: RunID, in session: any Session) throws {
        try RunEvent.write(
            .signalled, of: run, detail: ["signal": .string(signal.name.text), "payload": signal.payload], in: session)
    }
}

extension RunSignal {
    /// Keeps the signal until the run takes it, and wakes a run that waits for it. The run's row must be locked.
    func keep(for run: RunID, in session: any Session) throws {
        try SignalName.check(name)
        try session.run(
            """
            INSERT INTO run_signal (run_id, name, payload, sent_at)
            VALUES (\(run), \(name.text), \(payload.text), \(session.dialect.now))
            """)
        let woken = try session.run(
            """
            UPDATE run SET due_at = \(session.dialect.now)
            WHERE id = \(run) AND state = 'waiting' AND awaits = \(name.text)
            """)
        if woken > 0 { try session.notify(FlowChannel.due) }
    }
}
