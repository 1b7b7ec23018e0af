import JSON
import SQL
import Time

extension RunEnding {
    /// Writes the ending of a pass under its fence. A run that is to go on, though its cancellation was asked for, is
    /// cancelled instead.
    func write(under fence: RunFence, in session: any Session) throws {
        guard self != .lost else { return }
        try fence.verify(in: session)
        try write(to: fence.run, by: fence.worker, in: session)
    }

    /// Writes the ending to a run whose row is locked.
    func write(to run: RunID, by worker: WorkerID?, in session: any Session) throws {
        let now = session.dialect.now
        switch self {
        case .lost: return
        case .succeeded(let output):
            try end(run, .succeeded, by: worker, "output = \(output)", in: session)
        case .failed(let failure):
            let error = try JSON.encode(failure)
            try end(run, .failed, by: worker, "error = \(error.text)", detail: error.objectValue ?? [:], in: session)
        case .cancelled(let reason):
            try end(
                run, .cancelled, by: worker,
                """
                cancel_requested_at = COALESCE(cancel_requested_at, \(now)),
                cancel_reason = COALESCE(cancel_reason, \(reason)), parked_because = NULL
                """, detail: ["reason": .string(reason)], in: session)
        case .asleep(let until, let awaits):
            try release(
                run, by: worker, .slept, detail: awaits.map { ["awaits": .string($0.text)] } ?? [:],
                """
                awaits = \(awaits?.text),
                due_at = CASE WHEN EXISTS (
                    SELECT 1 FROM run_signal
                    WHERE run_signal.run_id = run.id AND run_signal.name = \(awaits?.text ?? "")
                        AND run_signal.taken_at IS NULL) THEN \(now) ELSE \(until) END
                """, in: session)
        case .again(let pause, let counted, let failure):
            try release(
                run, by: worker, .retried,
                detail: failure.map { ["message": .string($0.message), "counted": .bool(counted)] } ?? [:],
                "failures = failures + \(counted ? 1 : 0), due_at = \(now) + \(pause.wholeMicroseconds)", in: session)
        case .handedOver:
            try release(run, by: worker, .handedOver, "due_at = \(now)", in: session)
        case .parked(let reason, let detail):
            try release(
                run, by: worker, .parked, detail: ["because": .string(reason.rawValue), "message": .string(detail)],
                "parked_because = \(reason.rawValue)", in: session)
        case .rescued(let reason):
            try release(
                run, by: worker, .rescued, detail: ["because": .string(reason)], "due_at = \(now)", in: session)
        }
    }

    private func end(
        _ run: RunID, _ state: RunState, by worker: WorkerID?, _ changes: Query, detail: JSONObject = [:],
        in session: any Session
    ) throws {
        let parent = try session.row(
            """
            UPDATE run
            SET state = \(state.rawValue), worker_id = NULL, awaits = NULL, ended_at = \(session.dialect.now), \(changes)
            WHERE id = \(run) RETURNING parent_id, wants_slots
            """)
        let kind = RunEvent.Kind(rawValue: state.rawValue) ?? .failed
        try RunEvent.write(kind, of: run, by: worker, detail: detail, in: session)
        try session.notify(FlowChannel.ended)
        guard let parent else { return }
        if try parent.get("wants_slots", as: Int.self) != 0 { try freeSlots(of: run, in: session) }
        if let parent: RunID = try parent.getOptional("parent_id") {
            try RunSignal.ended(run).keep(for: parent, in: session)
        }
    }

    private func release(
        _ run: RunID, by worker: WorkerID?, _ kind: RunEvent.Kind, detail: JSONObject = [:], _ changes: Query,
        in session: any Session
    ) throws {
        let asked = try session.row("SELECT cancel_reason, pause_requested_at FROM run WHERE id = \(run)")
        if let reason: String = try asked?.getOptional("cancel_reason") {
            return try RunEnding.cancelled(reason: reason).write(to: run, by: worker, in: session)
        }
        try session.run(
            """
            UPDATE run
            SET state = CASE WHEN pause_requested_at IS NULL AND \(kind.rawValue) <> 'parked' THEN 'waiting'
                             ELSE 'parked' END,
                worker_id = NULL, \(changes)
            WHERE id = \(run)
            """)
        try RunEvent.write(kind, of: run, by: worker, detail: detail, in: session)
        if try asked?.getOptional("pause_requested_at", as: Int64.self) != nil, kind != .parked {
            try session.run("UPDATE run SET parked_because = \(ParkReason.paused.rawValue) WHERE id = \(run)")
            try RunEvent.write(.parked, of: run, by: worker, detail: ["because": "paused"], in: session)
        }
        try freeSlots(of: run, in: session)
        try session.notify(FlowChannel.due)
    }

    private func freeSlots(of run: RunID, in session: any Session) throws {
        if try session.run("UPDATE slot SET run_id = NULL WHERE run_id = \(run)") > 0 {
            try session.notify(FlowChannel.due)
        }
    }
}
