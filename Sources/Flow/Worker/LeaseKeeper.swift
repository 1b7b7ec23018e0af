import Log
import Posix
import SQL
import Service
import Time

/// Takes a worker's lease, renews it for as long as the database agrees, and gives it up in time when it does not.
struct LeaseKeeper: Sendable {
    let worker: WorkerIdentity
    /// What the worker knows, each up to a version.
    let workflows: [WorkflowName: Int]
    let settings: FlowSettings
    /// A path to the database that no run's work can block.
    let database: any Database
    let runtime: FlowRuntime
    let log: Log

    /// Registers a new life of the worker, and puts back what was parked for want of one like it.
    func take() async throws -> WorkerLease {
        let id = WorkerID(runtime.id())
        let sent = runtime.now()
        let lease = settings.lease.wholeMicroseconds
        try await database.write { [worker, workflows] session -> Void in
            let now = try session.now()
            try session.run(
                """
                INSERT INTO worker (id, host, pid, process_started, program, version, started_at, seen_at, lease_until)
                VALUES (\(id), \(worker.host), \(Int(worker.pid)), \(Int64(bitPattern: worker.processStarted)),
                        \(worker.program), \(worker.version), \(now), \(now), \(now + lease))
                ON CONFLICT (id) DO NOTHING
                """)
            for (workflow, version) in workflows.sorted(by: { $0.key.text < $1.key.text }) {
                try session.run(
                    """
                    INSERT INTO worker_workflow (worker_id, workflow, version)
                    VALUES (\(id), \(workflow.text), \(version)) ON CONFLICT DO NOTHING
                    """)
            }
            try Self.putBack(for: id, in: session)
        }
        return WorkerLease(worker: id, deadline: sent + settings.allowance)
    }

    private static func putBack(for worker: WorkerID, in session: any Session) throws {
        let parked = try session.rows(
            """
            SELECT id FROM run
            WHERE state = 'parked' AND parked_because IN ('unserved', 'unreadable')
              AND EXISTS (
                  SELECT 1 FROM worker_workflow AS known
                  WHERE known.worker_id = \(worker) AND known.workflow = run.workflow AND known.version >= run.version)
            ORDER BY id \(session.dialect.skipLocked)
            """)
        for row in parked { try ParkReason.putBack(row.get("id"), in: session) }
    }

    /// Renews until the task is cancelled or the lease is lost.
    func keep(_ lease: WorkerLease, tally: WorkerTally) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.renew(lease, tally) }
            group.addTask { await self.watch(lease) }
            group.addTask { _ = await lease.loss.wait() }
            // Renewing ends only with the task or the lease, and either ends the rest.
            await group.next()
            group.cancelAll()
        }
    }

    private func renew(_ lease: WorkerLease, _ tally: WorkerTally) async {
        while !Task.isCancelled, lease.loss.value == nil {
            let sent = runtime.now()
            do {
                guard try await extend(lease.worker, counts: tally.text) else {
                    lease.loss.set(LeaseLost("The database says that the lease of worker \(lease.worker) has lapsed."))
                    return
                }
                lease.renew(until: sent + settings.allowance)
                try? await runtime.sleep(settings.heartbeat - (runtime.now() - sent))
            } catch {
                if Task.isCancelled { return }
                log.warning("The lease could not be renewed: \(error)")
                try? await runtime.sleep(min(settings.heartbeat / 4, .seconds(1)))
            }
        }
    }

    /// One statement on one row, however many runs are held. A lease that has lapsed is not renewed: its runs may be
    /// another worker's already.
    private func extend(_ worker: WorkerID, counts: String) async throws -> Bool {
        let lease = settings.lease.wholeMicroseconds
        return try await database.write { session in
            let now = session.dialect.now
            return try session.run(
                """
                UPDATE worker SET seen_at = \(now), lease_until = \(now) + \(lease), counts = \(counts)
                WHERE id = \(worker) AND ended_at IS NULL AND lease_until > \(now)
                """) > 0
        }
    }

    /// Gives the lease up once its deadline passes, whatever the renewal under way is waiting for.
    private func watch(_ lease: WorkerLease) async {
        while !Task.isCancelled {
            let left = lease.deadline - runtime.now()
            if left <= .zero {
                lease.loss.set(LeaseLost("No renewal of the lease of worker \(lease.worker) counted in time."))
                return
            }
            try? await runtime.sleep(left)
        }
    }
}
