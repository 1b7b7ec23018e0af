import JSON
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
    /// What the worker counted until its end; nil where somebody else ends its life, who knows what was saved.
    var counts: FlowCounts?

    /// Answers how many runs were put back. Of two rescuers at once, one does it and the other finds nothing.
    func write(in session: any Session) throws -> Int {
        let now = session.dialect.now
        let found = try session.row(
            """
            SELECT ended_at, counts FROM worker
            WHERE id = \(worker) AND (\(onlyIfLapsed ? 1 : 0) = 0 OR ended_at IS NOT NULL OR lease_until <= \(now))
            \(session.dialect.skipLocked)
            """)
        guard let found else { return 0 }
        // A run that a transaction of its own holds locked is left for the next pass.
        let runs: [RunID] = try session.rows(
            """
            SELECT id FROM run WHERE worker_id = \(worker) AND state = 'running' ORDER BY id \(session.dialect.skipLocked)
            """
        ).map { try $0.get("id") }
        for run in runs {
            if reason != .stopped { try RunEvent.write(.lapsed, of: run, by: worker, in: session) }
            try RunEnding.rescued(because: reason.rawValue).write(to: run, by: worker, in: session)
        }
        var counts = try self.counts ?? JSON.parse(found.get("counts", as: String.self)).decode()
        counts.rescues += Int64(runs.count)
        if reason == .lapsed, try found.getOptional("ended_at", as: Int64.self) == nil { counts.lapses += 1 }
        try session.run(
            """
            UPDATE worker
            SET ended_at = COALESCE(ended_at, \(now)), ended_because = COALESCE(ended_because, \(reason.rawValue)),
                counts = \(JSON.encode(counts).text)
            WHERE id = \(worker)
            """)
        return runs.count
    }
}
