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

    /// - Parameter look: what the job's look at its source's schema came to; told by its first attempt.
    func replicate(_ jobID: JobID, after look: SchemaOutcome, in flow: Flow) async throws -> AttemptResult {
        let job: Job
        let opened: OpenedAttempt
        do {
            let (before, attempt) = try await flow.fenced { [opener] session in
                (try session.job(jobID), try opener.open(jobID, in: session))
            }
            guard let attempt else {
                let sentence = "The connection was switched off, so its job was cancelled."
                return AttemptResult(FailureReason(.platform, .cancelled, sentence, at: SystemClock().now))
            }
            (job, opened) = (before, attempt)
        } catch let error as StoreError {
            return AttemptResult(FailureReason(.platform, .config, error.message, at: SystemClock().now))
        }
        guard opened.timeLeft > .zero else { return overdue(opened) }
        let log = log.with("job", .integer(jobID)).with("attempt", .integer(opened.number))
        log.info("Attempt started.")
        let recorder = AttemptRecorder(
            job: job, attempt: opened.number, backfilled: look.backfilled, flow: flow, settings: settings)
        await recorder.note(.info, "Attempt \(opened.number) of job \(jobID) started.")
        if opened.number == 0 { for note in look.notes { await recorder.note(note.level, note.message) } }
        let saver = Task { await recorder.keepSaving() }
        defer { saver.cancel() }
        let slowness = opened.timeUntilSlow.map { pause in
            Task { await callSlow(jobID, after: pause, recorder, in: flow, log: log) }
        }
        defer { slowness?.cancel() }
        let isOverdue: Bool
        do {
            isOverdue = try await processes.supervise(
                .replicate(opened.plan), in: flow, grace: settings.cancelGrace, limit: opened.timeLeft
            ) { event in
                if case .control(let role, let configuration) = event {
                    let (kind, id) = opened.connector(role)
                    await configurations.replace(kind, id, with: configuration, in: flow, log: log)
                }
                if case .started(let role) = event { log.info("The \(role.rawValue) runs.") }
                try await recorder.record(event)
            }
            try await recorder.flush()
        } catch let error as LauncherError {
            return AttemptResult(FailureReason(.platform, .system, error.message, at: SystemClock().now))
        } catch let error as DatabaseError where error.isAboutData {
            return AttemptResult(
                FailureReason(
                    .persistence, .system, "What the connectors reported cannot be stored. \(error.message)",
                    at: SystemClock().now))
        }
        var result =
            await recorder.summary.map { AttemptResult($0) }
            ?? AttemptResult(
                FailureReason(.platform, .system, "The attempt ended without a result.", at: SystemClock().now))
        // What was complete before it could be interrupted counts.
        if !result.succeeded { try flow.checkpoint() }
        if isOverdue, !result.succeeded {
            let reason = overdue(opened)
            result = AttemptResult(succeeded: false, failures: reason.failures + result.failures, isFinal: true)
        }
        log.info(result.succeeded ? "Attempt succeeded." : "Attempt failed.")
        return result
    }

    private func overdue(_ opened: OpenedAttempt) -> AttemptResult {
        let sentence =
            "The job was stopped: it has taken longer than its limit of \(opened.longestRun.components.seconds) s. What "
            + "was committed stays. Raise maxRunSeconds in the connection's runPolicy, or SYNC_JOB_MAX_TIMEOUT_DAYS."
        return AttemptResult(FailureReason(.platform, .system, sentence, at: SystemClock().now), isFinal: true)
    }

    /// Says once in the life of the job that it takes long.
    private func callSlow(
        _ job: JobID, after pause: Duration, _ recorder: AttemptRecorder, in flow: Flow, log: Log
    ) async {
        let sentence = "The job takes longer than its connection's slowRunWarningSeconds."
        do {
            try await Task.sleep(for: max(.zero, pause))
            let isFirst = try await flow.fenced { session in
                let now = Instant(microseconds: try session.now())
                guard try session.setCalledSlow(job, at: now) else { return false }
                let connection = try session.job(job).connectionID
                try EventRecorder().record(.runSlow, of: connection, job: job, in: session, at: now) { detail in
                    detail.message = sentence
                }
                return true
            }
            guard isFirst else { return }
            await recorder.note(.warn, sentence)
            log.warning(sentence)
        } catch {
            // The attempt has ended or is about to be left; another one says it.
        }
    }
}

extension OpenedAttempt {
    func connector(_ role: ConnectorRole) -> (ConnectorKind, ConnectorID) {
        role == .source ? (.source, sourceID) : (.destination, destinationID)
    }
}
