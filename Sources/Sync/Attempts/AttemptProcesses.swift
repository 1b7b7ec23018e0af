import Flow
package import Launcher
package import Log
import Posix
import Replication

/// Starts the processes of attempts and looks after them until nothing of them lives.
package struct AttemptProcesses: Sendable {
    let settings: LaunchSettings
    /// Names this worker in the marks of its processes and in the paths of its job directories.
    let claim: OwnerClaim
    let environment: [String: String]
    let log: Log

    package init(settings: LaunchSettings, claim: OwnerClaim, environment: [String: String], log: Log) {
        self.settings = settings
        self.claim = claim
        self.environment = environment
        self.log = log.named("attempt-processes")
    }

    /// Runs `plan` in a process of its own and hands over what it reports, one event after the other; the process
    /// waits while `handle` does.
    ///
    /// The process lives no longer than the run's lease: its deadline is moved on with every renewal. A cancellation
    /// or a hand-over stops it in good order, a lost lease at once. The last event is `finished`, or `answered` for a
    /// command, also where the process died. Returns when the whole process tree is gone.
    ///
    /// - Parameter limit: after how long the attempt is stopped like a cancelled one; nil: never.
    /// - Returns: Whether it was stopped for that.
    @discardableResult
    func supervise(
        _ plan: AttemptPlan, in flow: Flow, grace: Duration, limit: Duration? = nil,
        _ handle: (ReplicationEvent) async throws -> Void
    ) async throws -> Bool {
        let mark = try OwnerMark(owner: claim.owner, attempt: "run-\(flow.run)-\(UUID())")
        let attempt = try await ReplicationAttempt.start(
            plan, mark: mark, jobDirectory: mark.jobDirectory(in: settings.dataDirectory),
            deadline: flow.leaseDeadline, environment: environment, report: { [log] in log.warning($0) })
        flow.whenInterrupted { reason in
            switch reason {
            case is LeaseLost: attempt.kill()
            case let handOver as HandOver:
                // Leaves time to save what the connectors still bring out.
                attempt.cancel(grace: min(grace, max(.milliseconds(500), handOver.until - BootClock.now - .seconds(2))))
            default: attempt.cancel(grace: grace)
            }
        }
        let feeder = Task {
            for await deadline in flow.leaseDeadlines { attempt.keepAlive(until: deadline) }
        }
        defer { feeder.cancel() }
        let timer = limit.map { limit in
            Task {
                do { try await Task.sleep(for: max(.zero, limit)) } catch { return false }
                attempt.cancel(grace: grace)
                return true
            }
        }
        defer { timer?.cancel() }
        do {
            for await event in attempt.events { try await handle(event) }
        } catch {
            attempt.kill()
            await attempt.finished()
            throw error
        }
        await attempt.finished()
        timer?.cancel()
        return await timer?.value ?? false
    }
}
