import JSON
import SQL
import Time

/// The engine in numbers, as the store has them.
package struct FlowMetrics: Sendable {
    package struct Queue: Sendable, Hashable {
        package let name: QueueName
        /// Due, but not claimed yet.
        package let due: Int
        /// Asleep, or waiting for a signal or a retry.
        package let asleep: Int
        package let running: Int
        package let parked: Int
        /// How long the oldest due run has been due.
        package let oldestDelay: Duration
    }

    package let queues: [Queue]
    /// Workers whose lease lasts.
    package let workers: Int
    /// Of all workers there ever were; up to one heartbeat old.
    package let counts: FlowCounts
}

extension FlowClient {
    package func metrics() async throws -> FlowMetrics {
        try await database.read { session in
            let now = Instant(microseconds: try session.now())
            let queues = try session.rows(
                """
                SELECT queue,
                       sum(CASE WHEN state = 'waiting' AND due_at <= \(now) THEN 1 ELSE 0 END) AS due,
                       sum(CASE WHEN state = 'waiting' AND due_at > \(now) THEN 1 ELSE 0 END) AS asleep,
                       sum(CASE WHEN state = 'running' THEN 1 ELSE 0 END) AS running,
                       sum(CASE WHEN state = 'parked' THEN 1 ELSE 0 END) AS parked,
                       min(CASE WHEN state = 'waiting' THEN due_at END) AS oldest
                FROM run WHERE ended_at IS NULL GROUP BY queue ORDER BY queue
                """
            ).map { row in
                let oldest: Instant = try row.getOptional("oldest") ?? now
                return FlowMetrics.Queue(
                    name: QueueName(try row.get("queue")), due: try row.get("due"), asleep: try row.get("asleep"),
                    running: try row.get("running"), parked: try row.get("parked"),
                    oldestDelay: max(.zero, now - oldest))
            }
            let workers: Int? = try session.value(
                "SELECT count(*) FROM worker WHERE ended_at IS NULL AND lease_until > \(now)")
            let counts = try session.rows("SELECT counts FROM worker UNION ALL SELECT counts FROM worker_past").map {
                try JSON.parse($0.get("counts", as: String.self)).decode(FlowCounts.self)
            }
            return FlowMetrics(queues: queues, workers: workers ?? 0, counts: counts.reduce(FlowCounts(), +))
        }
    }
}
