package import Airbyte
package import Model
package import SQL
package import Time

extension Session {
    /// Some of the live jobs whose run has ended without them or is gone: nothing would ever move them again.
    package func strandedJobs() throws -> [JobID] {
        // In the order of the index of live jobs: in that of the ids, SQLite would read them all.
        try rows(
            """
            SELECT job.id FROM job LEFT JOIN run ON run.id = job.run_id
            WHERE job.status IN ('pending', 'running', 'incomplete')
              AND (run.id IS NULL OR run.ended_at IS NOT NULL)
            ORDER BY job.connection_id LIMIT 100
            """
        ).map { try $0.get("id") }
    }

    /// Fails what `strandedJobs` finds. Returns which jobs it were.
    package func failStrandedJobs(because failure: FailureReason, at time: Instant) throws -> [JobID] {
        try strandedJobs().filter { id in
            guard try !lockedJob(id).status.isTerminal else { return false }
            try endAttempt(of: id, as: .failed, failures: [failure], at: time)
            return try setStatus(.failed, of: id, at: time)
        }
    }
}
