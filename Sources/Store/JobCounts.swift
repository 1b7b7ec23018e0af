import Model
package import SQL

/// How many jobs there are, told without counting them one by one.
///
/// Ended jobs, which may be millions, have kept counters; a connection has one live job at most, and those have an index.
extension Session {
    /// Where times or ids set bounds the rows themselves are counted, up to `mostCountedJobs`.
    package func countJobs(_ filter: JobFilter) throws -> Int {
        guard filter.isCounted else {
            return try value(
                """
                SELECT count(*) FROM (SELECT 1 FROM job WHERE \(filter.condition) LIMIT \(mostCountedJobs)) AS counted
                """) ?? 0
        }
        let ended: Int? = try value(
            "SELECT CAST(coalesce(sum(jobs), 0) AS BIGINT) FROM job_count WHERE \(filter.condition)")
        let live: Int? = try value(
            """
            SELECT count(*) FROM job WHERE status IN ('pending', 'running', 'incomplete') AND \(filter.condition)
            """)
        return (ended ?? 0) + (live ?? 0)
    }

    /// Notes that jobs have come to their end, or, below zero, that ended ones were deleted.
    func countEndedJobs(_ change: Int, connection: String, kind: String, status: String) throws {
        try run(
            """
            INSERT INTO job_count (connection_id, kind, status, jobs)
            VALUES (\(connection), \(kind), \(status), \(change))
            ON CONFLICT (connection_id, kind, status) DO UPDATE SET jobs = job_count.jobs + excluded.jobs
            """)
    }

    /// Notes that the jobs of these rows were deleted.
    func uncountEndedJobs(_ deleted: [Row]) throws {
        var counts: [[String]: Int] = [:]
        for row in deleted {
            let key: [String] = [try row.get("connection_id"), try row.get("kind"), try row.get("status")]
            counts[key, default: 0] += 1
        }
        // In one order, so that two who delete do not wait for one another.
        for (key, count) in counts.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            try countEndedJobs(-count, connection: key[0], kind: key[1], status: key[2])
        }
    }
}

/// More are not counted for one answer.
private let mostCountedJobs = 100_000

extension JobFilter {
    /// Whether the counters know the answer.
    fileprivate var isCounted: Bool {
        oldest == nil && createdFrom == nil && createdTo == nil && updatedFrom == nil && updatedTo == nil
    }
}
