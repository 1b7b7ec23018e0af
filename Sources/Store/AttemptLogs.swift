package import Model
package import SQL
package import Time

extension Session {
    /// Adds a piece of an attempt's log. `chunk` is its place; a piece that is there already stays, so that one whose
    /// commit was in doubt can be written again.
    package func appendLog(
        _ lines: [UInt8], of job: JobID, attempt: Int, chunk: Int, at time: Instant
    ) throws {
        guard !lines.isEmpty else { return }
        try run(
            """
            INSERT INTO attempt_log (job_id, number, chunk, plain_size, created_at, compressed)
            VALUES (\(job), \(attempt), \(chunk), \(lines.count), \(time), \(Deflate.compress(lines)))
            ON CONFLICT (job_id, number, chunk) DO NOTHING
            """)
    }

    /// The attempt's log in full: one JSON object a line.
    package func log(of job: JobID, attempt: Int) throws -> [UInt8] {
        let chunks = try rows(
            """
            SELECT compressed, plain_size FROM attempt_log WHERE job_id = \(job) AND number = \(attempt)
            ORDER BY chunk
            """)
        return try chunks.flatMap { chunk in
            try Deflate.expand(chunk.get("compressed"), size: chunk.get("plain_size"))
        }
    }

    /// The pieces of the log from the given place on, of about `limit` bytes together and one at least; empty where there
    /// are none yet. Each holds whole lines.
    package func logPieces(
        of job: JobID, attempt: Int, from chunk: Int, limit: Int
    ) throws -> [(chunk: Int, lines: [UInt8])] {
        let sizes = try rows(
            """
            SELECT chunk, plain_size FROM attempt_log
            WHERE job_id = \(job) AND number = \(attempt) AND chunk >= \(chunk) ORDER BY chunk
            """)
        var last = chunk
        var size = 0
        for row in sizes where size < limit {
            last = try row.get("chunk")
            size += try row.get("plain_size", as: Int.self)
        }
        return try rows(
            """
            SELECT chunk, compressed, plain_size FROM attempt_log
            WHERE job_id = \(job) AND number = \(attempt) AND chunk >= \(chunk) AND chunk <= \(last) ORDER BY chunk
            """
        ).map { row in
            (try row.get("chunk"), try Deflate.expand(row.get("compressed"), size: row.get("plain_size")))
        }
    }

    /// The ends of the logs of a job's attempts by their numbers, together at most `limit` bytes; where there is not room
    /// for all, the newest attempt's come first.
    package func logTails(of job: JobID, attempt: Int? = nil, limit: Int) throws -> [Int: AttemptLogTail] {
        let newest = try rows(AttemptLogTail.newestPieces(of: job, attempt: attempt))
        return try logTails(of: job, attempt: attempt, limit: limit, newest: newest)
    }

    func logTails(of job: JobID, attempt: Int?, limit: Int, newest: [Row]) throws -> [Int: AttemptLogTail] {
        let isAll = try AttemptLogTail.isAll(newest)
        let pieces = try isAll ? newest : rows(AttemptLogTail.pieces(of: job, attempt: attempt, limit: limit))
        return try AttemptLogTail.tails(of: pieces, limit: limit)
    }

    /// Deletes log pieces older than `time`. Returns how many.
    package func pruneLogs(createdBefore time: Instant, limit: Int) throws -> Int {
        try run(
            """
            DELETE FROM attempt_log WHERE (job_id, number, chunk) IN (
                SELECT job_id, number, chunk FROM attempt_log WHERE created_at < \(time)
                ORDER BY created_at LIMIT \(limit))
            """)
    }
}
