import SQL

/// Ends a life of a worker in the store and puts back whatever is still in its name.
struct WorkerRelease: Sendable {
    enum Reason: String, Sendable {
        /// It left in good order.
        case stopped
        /// It did not renew its lease in time.
        case lapsed
        /// Its process is gone.
        case died
    }

    let worker: WorkerID
    let reason: Reason
    /// Whether nothing is done where the worker has renewed its lease meanwhile. Not so when its runs are known to
    /// have left it.
    var onlyIfLapsed = false

    /// Answers how many runs were put back. Of two rescuers at once, one does it and the other finds nothing.
    func write(in session: any Session) throws -> Int {
        let now = session.dialect.now
        let found = try session.row(
            """
            SELECT id FROM worker
            WHERE id = \(worker) AND (\(onlyIfLapsed ? 1 : 0) = 0 OR ended_at IS NOT NULL OR lease_until <= \(now))
            \(session.dialect.skipLocked)
            """)
        guard found != nil else { return 0 }
        try session.run(
            """
            UPDATE worker SET ended_at = \(now), ended_because = \(reason.rawValue)
            WHERE id = \(worker) AND ended_at IS NULL
            """)
        // A run that a transaction of its own holds locked is left for the next pass.
        let runs = try session.rows(
            "SELECT id FROM run WHERE worker_id = \(worker) AND state = 'running' \(session.dialect.skipLocked)")
        for row in runs {
            let run: RunID = try row.get("id")
            if reason != .stopped { try RunEvent.write(.lapsed, of: run, by: worker, in: session) }
            try RunEnding.rescued(because: reason.rawValue).write(to: run, by: worker, in: session)
        }
        return runs.count
    }
}
