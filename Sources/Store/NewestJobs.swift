import Model
import SQL
import Time

/// Each connection's newest job beside it, so that lists of connections need not look for it among millions.
///
/// Whoever adds a job or moves one on notes it here; the newest one is never deleted while its connection is there.
extension Session {
    func noteNewJob(_ job: Job) throws {
        try run(
            """
            INSERT INTO newest_job (connection_id, job_id, status, created_at)
            VALUES (\(job.connectionID), \(job.id), \(job.status.rawValue), \(job.createdAt))
            ON CONFLICT (connection_id) DO UPDATE SET
                job_id = excluded.job_id, status = excluded.status, created_at = excluded.created_at
            """)
    }

    /// An older job, of which nothing is kept, is passed over.
    func noteStatus(_ status: Job.Status, of job: JobID, connection: String) throws {
        try run(
            """
            UPDATE newest_job SET status = \(status.rawValue)
            WHERE connection_id = \(connection) AND job_id = \(job)
            """)
    }
}
