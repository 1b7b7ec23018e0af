import Posix
import SQL

/// Takes due runs of one queue for a worker: the most urgent first, and of those whose turn it is.
struct RunClaim: Sendable {
    let worker: WorkerID
    let queue: QueueName
    let limit: Int

    /// Nothing is claimed by a worker whose lease has lapsed, nor what it does not know.
    func write(in session: any Session, answeredAt: @Sendable () -> BootInstant) throws -> [ClaimedRun] {
        let now = session.dialect.now
        let rows = try session.rows(
            """
            WITH due AS MATERIALIZED (
                SELECT id FROM run
                WHERE queue = \(queue.text) AND state = 'waiting' AND due_at <= \(now)
                  AND EXISTS (
                      SELECT 1 FROM worker_workflow AS known
                      WHERE known.worker_id = \(worker) AND known.workflow = run.workflow
                        AND known.version >= run.version)
                  AND (wants_slots = 0 OR NOT EXISTS (
                      SELECT 1 FROM run_slot
                      WHERE run_slot.run_id = run.id AND NOT EXISTS (
                          SELECT 1 FROM slot WHERE slot.key = run_slot.key AND slot.run_id IS NULL)))
                ORDER BY priority, turn, due_at, id LIMIT \(limit) \(session.dialect.skipLocked))
            UPDATE run
            SET state = 'running', worker_id = \(worker), lease_token = lease_token + 1, claims = claims + 1,
                claimed_at = \(now), awaits = NULL,
                expires_at = CASE WHEN claims = 0 THEN \(now) + run_limit ELSE expires_at END
            WHERE id IN (SELECT id FROM due)
              AND EXISTS (
                  SELECT 1 FROM worker
                  WHERE worker.id = \(worker) AND worker.ended_at IS NULL AND worker.lease_until > \(now))
            RETURNING \(ClaimedRun.columns)
            """)
        let answered = answeredAt()
        var held: [ClaimedRun] = []
        // What is more urgent has the first go at a slot.
        for run in try rows.map({ try ClaimedRun($0, answeredAt: answered) }).sorted() {
            if run.wantsSlots, try !takeSlots(for: run.id, in: session) {
                try giveBack(run, in: session)
            } else {
                held.append(run)
            }
        }
        guard !held.isEmpty else { return [] }
        try session.run(
            """
            INSERT INTO run_event (run_id, at, kind, worker_id)
            SELECT id, claimed_at, 'claimed', worker_id FROM run WHERE id IN \(list: held.map(\.id))
            """)
        return held
    }

    /// False where another run of the same claim, or another claim, was quicker.
    private func takeSlots(for run: RunID, in session: any Session) throws -> Bool {
        for row in try session.rows("SELECT key FROM run_slot WHERE run_id = \(run) ORDER BY key") {
            let key: String = try row.get("key")
            let taken = try session.run(
                """
                UPDATE slot SET run_id = \(run)
                WHERE key = \(key) AND n = (
                    SELECT n FROM slot WHERE key = \(key) AND run_id IS NULL
                    ORDER BY n LIMIT 1 \(session.dialect.skipLocked))
                """)
            if taken == 0 { return false }
        }
        return true
    }

    private func giveBack(_ run: ClaimedRun, in session: any Session) throws {
        try session.run("UPDATE slot SET run_id = NULL WHERE run_id = \(run.id)")
        try session.run(
            """
            UPDATE run
            SET state = 'waiting', worker_id = NULL, claims = claims - 1,
                expires_at = CASE WHEN claims = 1 THEN NULL ELSE expires_at END
            WHERE id = \(run.id)
            """)
    }
}
