package import Model
package import SQL
package import Schedule
package import Time

/// A sync that the clock starts: the next one of its connection.
package struct ScheduledSync: Sendable, Hashable {
    package let connection: ConnectionID
    /// `.toBeReckoned` where nobody has worked it out yet.
    package let dueAt: Instant
    /// Whether it starts as soon as the job that the connection has now is over, and not before: an interval that has
    /// passed is made up for; a time of a cron expression is not.
    package let waitsForJob: Bool
}

extension Instant {
    /// What a connection from before the column has in place of the time of its next sync.
    package static let toBeReckoned = Instant(microseconds: 0)
}

/// The column `next_sync_at`: when a connection's next sync is due, NULL where it never is.
extension Session {
    /// What is due up to `time`, the longest overdue first, after what was read before; at most `limit`.
    package func scheduledSyncs(
        upTo time: Instant, after last: ScheduledSync? = nil, limit: Int
    ) throws -> [ScheduledSync] {
        try rows(
            """
            SELECT id, schedule, next_sync_at,
                   EXISTS (SELECT 1 FROM job WHERE job.connection_id = connection.id
                           AND job.status IN ('pending', 'running', 'incomplete')) AS has_job
            FROM connection
            WHERE next_sync_at <= \(time)
              AND (next_sync_at, id) > (\(last?.dueAt.microseconds ?? .min), \(last?.connection.description ?? ""))
            ORDER BY next_sync_at, id LIMIT \(limit)
            """
        ).map { row in
            // A schedule that cannot be read is met again, and told of, where it is fired.
            let schedule = try? row.coded("schedule", as: ConnectionSchedule.self)
            let isInterval = if case .basic = schedule { true } else { false }
            return ScheduledSync(
                connection: try row.id("id"), dueAt: try row.get("next_sync_at"),
                waitsForJob: try isInterval && row.get("has_job"))
        }
    }

    /// When the connection's next sync is due. Its row is held until the transaction ends.
    package func lockedNextSync(of connection: ConnectionID) throws -> Instant? {
        try value("SELECT next_sync_at FROM connection WHERE id = \(connection) \(dialect.forUpdate)")
    }

    /// Works out when the connection's next sync is due, and writes it down. Throws `ScheduleError` where its schedule
    /// cannot be read.
    ///
    /// - `handled`: the time of a cron expression that has just been dealt with; no earlier one comes again, even where
    ///   the clock was set back.
    package func reckonNextSync(
        of connection: Connection, handled: Instant = .toBeReckoned, jitter: ScheduleJitter
    ) throws {
        var next: Instant?
        if connection.status == .active, connection.schedule != .manual {
            let now = Instant(microseconds: try self.now())
            next = try connection.schedule.nextFiring(
                after: max(now, handled), lastScheduled: lastScheduledJob(of: connection.id))
            if let slot = next {
                let isInterval = if case .basic = connection.schedule { true } else { false }
                let shift = jitter.shift(
                    of: connection.id.description, at: slot, wait: slot - now, mayBeEarly: isInterval)
                next = slot + shift
            }
        }
        try run("UPDATE connection SET next_sync_at = \(next) WHERE id = \(connection.id)")
    }

    /// How late the longest overdue sync is that could start; zero where none is late.
    package func scheduleLag(at time: Instant) throws -> Duration {
        let oldest: Instant? = try value(
            """
            SELECT next_sync_at FROM connection
            WHERE next_sync_at <= \(time) AND next_sync_at > \(Instant.toBeReckoned)
              AND NOT EXISTS (SELECT 1 FROM job WHERE job.connection_id = connection.id
                              AND job.status IN ('pending', 'running', 'incomplete'))
            ORDER BY next_sync_at LIMIT 1
            """)
        return oldest.map { time - $0 } ?? .zero
    }
}

/// The channel on which cron learns that a next sync was worked out.
package enum ScheduleChannel {
    package static let changed = "schedule_changed"
}
