package import Model
package import SQL
package import Time

extension Session {
    /// Adds a piece of an attempt's rejected records. `chunk` is its place; a piece that is there already stays, so that
    /// one whose commit was in doubt can be written again.
    package func appendRejects(
        _ lines: [UInt8], of job: JobID, attempt: Int, chunk: Int, at time: Instant
    ) throws {
        guard !lines.isEmpty else { return }
        try run(
            """
            INSERT INTO attempt_reject (job_id, number, chunk, plain_size, created_at, compressed)
            VALUES (\(job), \(attempt), \(chunk), \(lines.count), \(time), \(Deflate.compress(lines)))
            ON CONFLICT (job_id, number, chunk) DO NOTHING
            """)
    }

    /// The records that the attempt rejected, as far as they are kept: one JSON object a line.
    package func rejects(of job: JobID, attempt: Int) throws -> [UInt8] {
        let chunks = try rows(
            """
            SELECT compressed, plain_size FROM attempt_reject WHERE job_id = \(job) AND number = \(attempt)
            ORDER BY chunk
            """)
        return try chunks.flatMap { chunk in
            try Deflate.expand(chunk.get("compressed"), size: chunk.get("plain_size"))
        }
    }

    /// Deletes pieces of rejected records older than `time`. Returns how many.
    package func pruneRejects(createdBefore time: Instant, limit: Int) throws -> Int {
        try run(
            """
            DELETE FROM attempt_reject WHERE (job_id, number, chunk) IN (
                SELECT job_id, number, chunk FROM attempt_reject WHERE created_at < \(time)
                ORDER BY created_at LIMIT \(limit))
            """)
    }
}
