package import Model
package import SQL
package import Time

/// How long a connection has failed without a success in between. Resets count neither way.
package struct FailureStreak: Sendable, Hashable {
    package var failedJobs: Int
    /// The last success; where there is none, the first job; where it is later, the time it was made active again.
    package var since: Instant
    /// Whether somebody was warned of it.
    package var isWarned: Bool

    package init(failedJobs: Int, since: Instant, isWarned: Bool) {
        self.failedJobs = failedJobs
        self.since = since
        self.isWarned = isWarned
    }
}

extension Session {
    /// The connection's streak, with its row held until the transaction ends. Nil where the connection is not active,
    /// and where somebody else holds its row: waiting for it could be waiting for each other, since a run's transaction
    /// holds the run and the job already, which everybody else takes after the connection.
    package func lockedFailureStreak(of connection: ConnectionID) throws -> FailureStreak? {
        let held = try row(
            """
            SELECT failures_count_from, failure_warned_at FROM connection
            WHERE id = \(connection) AND status = 'active' \(dialect.skipLocked)
            """)
        guard let held else { return nil }
        let counted: Instant = try held.getOptional("failures_count_from") ?? Instant(microseconds: 0)
        let warned: Instant? = try held.getOptional("failure_warned_at")
        let success = try row(
            """
            SELECT id, updated_at FROM job
            WHERE connection_id = \(connection) AND status = 'succeeded' AND kind <> 'reset_connection'
            ORDER BY id DESC LIMIT 1
            """)
        let last: JobID = try success?.get("id") ?? 0
        let failed: Int? = try value(
            """
            SELECT count(*) FROM job
            WHERE connection_id = \(connection) AND id > \(last) AND status = 'failed'
              AND kind <> 'reset_connection' AND created_at >= \(counted)
            """)
        let first: Instant? = try value(
            "SELECT min(created_at) FROM job WHERE connection_id = \(connection) AND kind <> 'reset_connection'")
        guard let begin = try success?.get("updated_at", as: Instant.self) ?? first else { return nil }
        let since = max(begin, counted)
        return FailureStreak(failedJobs: failed ?? 0, since: since, isWarned: warned.map { $0 >= since } ?? false)
    }

    package func setFailureWarned(_ connection: ConnectionID, at time: Instant) throws {
        try run("UPDATE connection SET failure_warned_at = \(time) WHERE id = \(connection)")
    }

    /// Makes an active connection inactive for a reason of the platform's.
    package func disable(_ connection: ConnectionID, because reason: String, at time: Instant) throws {
        try run(
            """
            UPDATE connection SET status = 'inactive', status_reason = \(reason), next_sync_at = NULL, updated_at = \(time)
            WHERE id = \(connection) AND status = 'active'
            """)
    }
}
