import JSON
package import Model
package import SQL

/// A live job that nothing would ever move again.
package struct StrandedJob: Sendable, Hashable {
    package var id: JobID
    /// What the workflow run itself said when it ended; nil where it is gone or said nothing.
    package var cause: String?
}

extension Session {
    /// Some of the live jobs whose run has ended without them or is gone; of all connections, or of one.
    package func strandedJobs(of connection: ConnectionID? = nil) throws -> [StrandedJob] {
        let scope: Query = connection.map { "job.connection_id = \($0)" } ?? "TRUE"
        // In the order of the index of live jobs: in that of the ids, SQLite would read them all.
        return try rows(
            """
            SELECT job.id, run.error, run.cancel_reason FROM job LEFT JOIN run ON run.id = job.run_id
            WHERE job.status IN ('pending', 'running', 'incomplete')
              AND (run.id IS NULL OR run.ended_at IS NOT NULL) AND \(scope)
            ORDER BY job.connection_id LIMIT 100
            """
        ).map { row in
            let error = try row.getOptional("error", as: String.self)
            let said = error.flatMap { try? JSON.parse($0) }?["message"]?.stringValue
            return StrandedJob(id: try row.get("id"), cause: try said ?? row.getOptional("cancel_reason"))
        }
    }
}
