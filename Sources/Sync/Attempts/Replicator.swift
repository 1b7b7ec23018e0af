import Airbyte
import Flow
import JSON
import Launcher
import Log
import Model
import Replication
import SQL
import Store
import Time

/// Runs one attempt: opens it, starts its process, saves what the process reports, and tells how it ended.
struct Replicator: Sendable {
    let opener: AttemptOpener
    let processes: AttemptProcesses
    let configurations: ConfigurationUpdater
    let settings: SyncSettings
    let log: Log

    func replicate(_ jobID: JobID, in flow: Flow) async throws -> AttemptResult {
        let job: Job
        let opened: OpenedAttempt
        do {
            (job, opened) = try await flow.fenced { [opener] session in
                (try session.job(jobID), try opener.open(jobID, in: session))
            }
        } catch let error as StoreError {
            return failed(FailureReason(.platform, .config, error.message, at: SystemClock().now))
        }
        let log = log.with("job", .integer(jobID)).with("attempt", .integer(opened.number))
        log.info("Attempt started.")
        let recorder = AttemptRecorder(job: job, attempt: opened.number, flow: flow, settings: settings)
        await recorder.note(.info, "Attempt \(opened.number) of job \(jobID) started.")
        let saver = Task { await recorder.keepSaving() }
        defer { saver.cancel() }
        do {
            try await processes.supervise(.replicate(opened.plan), in: flow, grace: settings.cancelGrace) { event in
                if case .control(let role, let configuration) = event {
                    let (kind, id) = opened.connector(role)
                    await configurations.replace(kind, id, with: configuration, in: flow, log: log)
                }
                if case .started(let role) = event { log.info("The \(role.rawValue) runs.") }
                try await recorder.record(event)
            }
        } catch let error as LauncherError {
            return failed(FailureReason(.platform, .system, error.message, at: SystemClock().now))
        }
        try await recorder.flush()
        let result =
            await recorder.summary.map(AttemptResult.init)
            ?? failed(
                FailureReason(.platform, .system, "The attempt ended without a result.", at: SystemClock().now))
        // What was complete before it could be interrupted counts.
        if !result.succeeded { try flow.checkpoint() }
        log.info(result.succeeded ? "Attempt succeeded." : "Attempt failed.")
        return result
    }

    private func failed(_ failure: FailureReason) -> AttemptResult {
        AttemptResult(succeeded: false, failures: [failure])
    }
}

extension AttemptResult {
    init(_ summary: ReplicationSummary) {
        self.init(succeeded: summary.status == .completed, failures: summary.failures)
    }
}

extension OpenedAttempt {
    func connector(_ role: ConnectorRole) -> (ConnectorKind, ConnectorID) {
        role == .source ? (.source, sourceID) : (.destination, destinationID)
    }
}
