package import Launcher
package import Posix
import Time

/// The worker's side of an attempt: its process, and what it tells.
package struct ReplicationAttempt: Sendable {
    private let host: AttemptHost
    private let plan: AttemptPlan

    /// Starts the attempt's process. `environment` holds no secret; `LaunchEnvironment.attempt` makes one.
    package static func start(
        _ plan: AttemptPlan, program: String = Program.path, arguments: [String] = ["attempt"], mark: OwnerMark,
        jobDirectory: String, deadline: BootInstant, environment: [String: String],
        patience: AttemptPatience = AttemptPatience(), report: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> ReplicationAttempt {
        let host = try await AttemptHost.start(
            program: program, arguments: arguments, plan: try plan.encoded(), mark: mark, jobDirectory: jobDirectory,
            deadline: deadline, environment: environment, patience: patience, report: report)
        return ReplicationAttempt(host: host, plan: plan)
    }

    /// What it tells, for one consumer; the attempt waits when the events are not taken.
    ///
    /// The last event is always `finished` (`answered` for a command): where the process died without one, it says
    /// so with origin airbyte_platform, and only after everything of the attempt is dead. A cancelled consuming task
    /// ends the sequence early.
    package var events: ReplicationEvents { ReplicationEvents(host: host, plan: plan) }

    package func keepAlive(until deadline: BootInstant) { host.keepAlive(until: deadline) }
    package func cancel(grace: Duration) { host.cancel(grace: grace) }
    package func kill() { host.kill() }

    /// Returns when nothing of the attempt lives any more.
    @discardableResult
    package func finished() async -> AttemptEnd { await host.finished() }
}
