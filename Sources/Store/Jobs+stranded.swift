package import Airbyte
package import Model
package import SQL
package import Time

extension Session {
    /// Fails the live jobs whose run has ended without them: nothing would ever move them again. Returns their ids.
    package func failStrandedJobs(because failure: FailureReason, at time: Instant) throws -> [JobID] {
        let stranded: [JobID] = try rows(
            """
            SELECT job.id FROM job JOIN run ON run.id = job.run_id
            WHERE job.status IN ('pending', 'running', 'incomplete')
              AND run.state IN ('succeeded', 'failed', 'cancelled')
            ORDER BY job.id LIMIT 100
            """
        ).map { try $0.get("id") }
        for id in stranded {
            try endAttempt(of: id, as: .failed, failures: [failure], at: time)
            try setStatus(.failed, of: id, at: time)
        }
        return stranded
    }
}
