package import SQL

/// Proof of holding a run, to be checked inside every transaction that writes on the run's behalf.
package struct RunFence: Hashable, Sendable {
    package let run: RunID
    /// Grows with every claim of the run.
    package let token: Int64
    package let worker: WorkerID

    package init(run: RunID, token: Int64, worker: WorkerID) {
        self.run = run
        self.token = token
        self.worker = worker
    }

    /// Locks the run's row until the transaction ends, so that nobody can take the run over before it has committed.
    /// Throws `LeaseLost` where the run is held no more. Make it the transaction's first statement.
    package func verify(in session: any Session) throws {
        let held = try session.row(
            "SELECT id FROM run WHERE \(condition(session.dialect)) \(session.dialect.forUpdate)")
        if held == nil { throw lost }
    }

    /// True of the run's row as long as the run is held.
    func condition(_ dialect: Dialect) -> Query {
        """
        run.id = \(run) AND run.state = 'running' AND run.lease_token = \(token) AND run.worker_id = \(worker)
            AND EXISTS (
                SELECT 1 FROM worker
                WHERE worker.id = \(worker) AND worker.ended_at IS NULL AND worker.lease_until > \(dialect.now))
        """
    }

    var lost: LeaseLost { LeaseLost("Run \(run) is not held under token \(token) any more.") }
}
