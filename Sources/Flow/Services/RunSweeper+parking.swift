import Log
import SQL
import Time

// Runs that no worker knows.
extension RunSweeper {
    /// Parks what has been due for long and no live worker knows, as long as there are workers; answers how many.
    @discardableResult
    package func park() async throws -> Int {
        let unserved = settings.unserved.wholeMicroseconds
        let found: [RunID] = try await database.read { session in
            let now = session.dialect.now
            return try session.rows(
                """
                SELECT id FROM run
                WHERE state = 'waiting' AND due_at <= \(now) - \(unserved)
                  AND EXISTS (SELECT 1 FROM worker WHERE ended_at IS NULL AND lease_until > \(now))
                  AND NOT \(Self.isKnown(now))
                ORDER BY id LIMIT 100
                """
            ).map { try $0.get("id") }
        }
        for run in found {
            try await database.write { session in
                let row = try session.row(
                    """
                    SELECT workflow, version FROM run
                    WHERE id = \(run) AND state = 'waiting' AND NOT \(Self.isKnown(session.dialect.now))
                    \(session.dialect.skipLocked)
                    """)
                guard let row else { return }
                let workflow: String = try row.get("workflow")
                let version: Int = try row.get("version")
                try RunEnding.parked(
                    because: .unserved, detail: "No worker knows \(workflow), version \(version)."
                ).write(to: run, by: nil, in: session)
            }
        }
        if !found.isEmpty { log.warning("Parked \(found.count) runs that no worker knows.") }
        return found.count
    }

    /// Puts back what a live worker knows after all: one that began while the run was being parked saw nothing to put
    /// back. Answers how many.
    @discardableResult
    package func putBack() async throws -> Int {
        try await database.write { session in
            let runs: [RunID] = try session.rows(
                """
                SELECT id FROM run
                WHERE state = 'parked' AND parked_because = 'unserved' AND \(Self.isKnown(session.dialect.now))
                ORDER BY id LIMIT 100 \(session.dialect.skipLocked)
                """
            ).map { try $0.get("id") }
            for run in runs { try ParkReason.putBack(run, in: session) }
            return runs.count
        }
    }

    /// True of a run that a worker whose lease lasts can claim.
    private static func isKnown(_ now: Fragment) -> Query {
        """
        EXISTS (
            SELECT 1 FROM worker JOIN worker_workflow AS known ON known.worker_id = worker.id
            WHERE worker.ended_at IS NULL AND worker.lease_until > \(now)
              AND known.workflow = run.workflow AND known.version >= run.version)
        """
    }
}
