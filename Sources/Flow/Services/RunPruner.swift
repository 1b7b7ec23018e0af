internal import JSON
package import SQL
internal import Time

/// Deletes what nobody needs any more, in short transactions.
package struct RunPruner: Sendable {
    /// How long an ended run is kept.
    package var retention: Duration
    /// How many ended runs are kept at most; the oldest go first.
    package var count: Int
    /// How many lines of history a run that has not ended keeps.
    package var lines: Int
    private let database: any Database

    package init(
        database: any Database, retention: Duration = .seconds(30 * 24 * 3600), count: Int = 1_000_000,
        lines: Int = 1000
    ) {
        self.database = database
        self.retention = retention
        self.count = max(0, count)
        self.lines = max(1, lines)
    }

    /// Answers how many runs were deleted, with their steps, signals and history.
    @discardableResult
    package func prune() async throws -> Int {
        let age = retention.wholeMicroseconds
        let oldest = try await database.read { [count] session in
            let surplus: Int64? = try session.value(
                "SELECT ended_at FROM run WHERE ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT 1 OFFSET \(count)")
            return max(surplus ?? .min, try session.now() - age)
        }
        let pruned = try await deleteRuns(endedUpTo: oldest)
        try await database.write { try Self.pruneWorkers(olderThan: age, in: $0) }
        try await database.write { try pruneSlots(in: $0) }
        try await shortenHistories()
        return pruned
    }

    private func deleteRuns(endedUpTo time: Int64) async throws -> Int {
        var total = 0
        while true {
            let deleted = try await database.write { session in
                try session.run(
                    """
                    DELETE FROM run WHERE id IN (
                        SELECT id FROM run WHERE ended_at IS NOT NULL AND ended_at <= \(time) ORDER BY ended_at LIMIT 500)
                    """)
            }
            total += deleted
            if deleted < 500 { return total }
        }
    }

    /// What the workers counted stays.
    private static func pruneWorkers(olderThan age: Int64, in session: any Session) throws {
        let past: String? = try session.value(
            "SELECT counts FROM worker_past WHERE id = 1 \(session.dialect.forUpdate)")
        let pruned = try session.rows(
            """
            DELETE FROM worker
            WHERE ended_at IS NOT NULL AND ended_at <= \(session.dialect.now) - \(age)
              AND NOT EXISTS (SELECT 1 FROM run WHERE run.worker_id = worker.id)
            RETURNING counts
            """)
        if pruned.isEmpty { return }
        let counts =
            try [JSON.parse(past ?? "{}").decode(FlowCounts.self)]
            + pruned.map { try JSON.parse($0.get("counts", as: String.self)).decode(FlowCounts.self) }
        let sum = try JSON.encode(counts.reduce(FlowCounts(), +)).text
        try session.run("UPDATE worker_past SET counts = \(sum) WHERE id = 1")
    }

    /// Slots that no run names any more. They are locked by one statement and looked at again by the next: a run that
    /// is being started meanwhile either holds its slot locked, or waits and finds it gone.
    private func pruneSlots(in session: any Session) throws {
        let unused: Query = """
            slot.run_id IS NULL AND NOT EXISTS (SELECT 1 FROM run_slot WHERE run_slot.key = slot.key)
            """
        let keys: [String] = try session.rows(
            "SELECT key FROM slot WHERE \(unused) ORDER BY key, n LIMIT 500 \(session.dialect.skipLocked)"
        ).map { try $0.get("key") }
        if keys.isEmpty { return }
        try session.run("DELETE FROM slot WHERE key IN \(list: keys) AND \(unused)")
    }

    /// A run that lives for months would else gather lines without end.
    private func shortenHistories() async throws {
        try await database.write { [lines] session -> Void in
            // SQLite joins in this order: the few runs that live, then their lines.
            try session.run(
                """
                DELETE FROM run_event WHERE id IN (
                    SELECT old.id FROM run CROSS JOIN run_event AS old
                    WHERE run.ended_at IS NULL AND old.run_id = run.id AND old.id < (
                        SELECT id FROM run_event WHERE run_id = run.id ORDER BY id DESC LIMIT 1 OFFSET \(lines - 1)))
                """)
        }
    }
}
