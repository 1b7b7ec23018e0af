import Airbyte
import Flow
import Launcher
import Replication
import Time

/// Runs one `spec`, `check` or `discover` in a process of its own.
struct CallRunner: Sendable {
    let processes: AttemptProcesses
    let settings: SyncSettings

    func run(_ plan: CommandPlan, in flow: Flow) async throws -> (outcome: CommandOutcome, call: CallRecord) {
        let started = SystemClock().now
        let box = OutcomeBox()
        var outcome: CommandOutcome
        do {
            try await processes.supervise(.command(plan), in: flow, grace: settings.cancelGrace) { event in
                if case .answered(let outcome) = event { await box.put(outcome) }
            }
            try flow.checkpoint()
            outcome =
                await box.outcome
                ?? CommandOutcome(
                    failure: FailureReason(
                        .platform, .system, "The call ended without an answer.", at: SystemClock().now))
        } catch let error as LauncherError {
            outcome = CommandOutcome(failure: FailureReason(.platform, .system, error.message, at: SystemClock().now))
        }
        let lines = outcome.logs.suffix(200).map { "\($0.level.rawValue) \($0.message)" }
        return (
            outcome, CallRecord(createdAt: started, endedAt: SystemClock().now, logLines: lines)
        )
    }

    private actor OutcomeBox {
        var outcome: CommandOutcome?
        func put(_ outcome: CommandOutcome) { self.outcome = outcome }
    }
}
