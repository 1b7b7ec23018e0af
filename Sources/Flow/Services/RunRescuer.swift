package import Log
internal import Posix
package import SQL
internal import Service
internal import Synchronization

/// Puts back the runs of workers that are gone: once their lease has lapsed, or at once where the worker was of this
/// host and its process is dead. It never runs anything itself.
package final class RunRescuer: Service {
    private let database: any Database
    private let host: String
    private let settings: FlowSettings
    private let runtime: FlowRuntime
    private let isAlive: @Sendable (Int32, UInt64) -> Bool
    private let cleanUp: @Sendable (DeadWorker) async throws -> Void
    private let log: Log
    /// The pass under way: who asks for another one meanwhile shares it.
    private let pass = Mutex<Task<Int, any Error>?>(nil)

    /// - `cleanUp` returns when none of the dead worker's processes is left; its runs are put back only then. Where it
    ///   throws they are left for the next pass.
    package init(
        database: any Database, host: String, settings: FlowSettings, runtime: FlowRuntime = .system, log: Log,
        isAlive: @escaping @Sendable (_ pid: Int32, _ startTime: UInt64) -> Bool = ProcessIdentity.isAlive,
        cleanUp: @escaping @Sendable (DeadWorker) async throws -> Void
    ) {
        self.database = database
        self.host = host
        self.settings = settings
        self.runtime = runtime
        self.log = log.named("run-rescuer")
        self.isAlive = isAlive
        self.cleanUp = cleanUp
    }

    /// Looks every half heartbeat until it is cancelled.
    package func run() async throws {
        while !Task.isCancelled {
            do { try await rescue() } catch  where !Task.isCancelled {
                log.warning("Looking for lapsed leases failed: \(error)")
            } catch {}
            try await runtime.sleep(settings.heartbeat / 2)
        }
    }

    /// One pass; answers how many runs were put back.
    @discardableResult
    package func rescue() async throws -> Int {
        let task = pass.withLock { pass in
            if let pass { return pass }
            let task = runtime.task {
                defer { self.pass.withLock { $0 = nil } }
                return try await self.look()
            }
            pass = task
            return task
        }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private func look() async throws -> Int {
        var rescued = 0
        for suspect in try await suspects() {
            var reason = WorkerRelease.Reason.lapsed
            if suspect.host == host {
                let dead = DeadWorker(id: suspect.id, pid: suspect.pid, processStarted: suspect.processStarted)
                if !isAlive(dead.pid, dead.processStarted) {
                    reason = .died
                    do { try await cleanUp(dead) } catch {
                        log.warning("The processes of a dead worker could not be cleared away: \(error)")
                        continue
                    }
                }
            }
            guard reason == .died || suspect.hasLapsed else { continue }
            let release = WorkerRelease(worker: suspect.id, reason: reason, onlyIfLapsed: reason == .lapsed)
            let count = try await database.write { try release.write(in: $0) }
            if count > 0 { log.warning("Put back \(count) runs of worker \(suspect.id): \(reason.rawValue).") }
            rescued += count
        }
        return rescued
    }

    private struct Suspect: Sendable {
        let id: WorkerID
        let host: String
        let pid: Int32
        let processStarted: UInt64
        let hasLapsed: Bool
    }

    /// Workers of this host, workers whose lease has lapsed, and those that ended with a run still in their name, as
    /// when a claim committed beside the rescue.
    private func suspects() async throws -> [Suspect] {
        try await database.read { [host] session in
            let now = session.dialect.now
            return try session.rows(
                """
                SELECT id, host, pid, process_started,
                       CASE WHEN ended_at IS NOT NULL OR lease_until <= \(now) THEN 1 ELSE 0 END AS lapsed
                FROM worker
                WHERE ended_at IS NULL AND (host = \(host) OR lease_until <= \(now))
                   OR ended_at IS NOT NULL AND id IN (SELECT worker_id FROM run WHERE worker_id IS NOT NULL)
                ORDER BY started_at, pid
                """
            ).map { row in
                Suspect(
                    id: try row.get("id"), host: try row.get("host"),
                    pid: Int32(truncatingIfNeeded: try row.get("pid", as: Int64.self)),
                    processStarted: UInt64(bitPattern: try row.get("process_started", as: Int64.self)),
                    hasLapsed: try row.get("lapsed", as: Int.self) != 0)
            }
        }
    }
}
