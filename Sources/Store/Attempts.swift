package import Airbyte
import JSON
package import Model
package import SQL
package import Time

extension Session {
    /// Oldest first.
    package func attempts(of job: JobID) throws -> [Attempt] {
        try rows("SELECT * FROM attempt WHERE job_id = \(job) ORDER BY number").map(Attempt.init)
    }

    /// Those of several jobs, by job; oldest first.
    package func attempts(of jobs: [JobID]) throws -> [JobID: [Attempt]] {
        let all = try rows("SELECT * FROM attempt WHERE job_id IN \(list: jobs) ORDER BY job_id, number")
        return Dictionary(grouping: try all.map(Attempt.init), by: \.jobID)
    }

    /// Adds the job's next attempt, running.
    package func insertAttempt(of job: JobID, at time: Instant) throws -> Attempt {
        let inserted = try row(
            """
            INSERT INTO attempt (job_id, number, status, stats, failures, created_at, updated_at)
            SELECT CAST(\(job) AS BIGINT), coalesce(max(number) + 1, 0), 'running', \(try AttemptStats().columnText()), '[]',
                   CAST(\(time) AS BIGINT), CAST(\(time) AS BIGINT)
            FROM attempt WHERE job_id = \(job)
            RETURNING *
            """)
        guard let inserted else { throw DatabaseError(.other, "The database returned no row for a new attempt.") }
        return try Attempt(inserted)
    }

    /// Saves progress of a running attempt.
    package func saveStats(_ stats: AttemptStats, of job: JobID, attempt: Int, at time: Instant) throws {
        try run(
            """
            UPDATE attempt SET stats = \(try stats.columnText()), updated_at = \(time)
            WHERE job_id = \(job) AND number = \(attempt)
            """)
    }

    /// Ends the job's running attempt, if it has one. Returns it as it is now.
    @discardableResult
    package func endAttempt(
        of job: JobID, as status: Attempt.Status, failures: [FailureReason], at time: Instant
    ) throws -> Attempt? {
        try row(
            """
            UPDATE attempt SET status = \(status.rawValue), failures = \(try failures.columnText()),
                               updated_at = \(time), ended_at = \(time)
            WHERE job_id = \(job) AND status = 'running'
            RETURNING *
            """
        ).map(Attempt.init)
    }
}

extension Attempt {
    init(_ row: Row) throws {
        self.init(
            jobID: try row.get("job_id"), number: try row.get("number"), status: try row.choice("status"),
            stats: try row.coded("stats"), failures: try row.coded("failures"), createdAt: try row.get("created_at"),
            updatedAt: try row.get("updated_at"), endedAt: try row.getOptional("ended_at"))
    }
}
