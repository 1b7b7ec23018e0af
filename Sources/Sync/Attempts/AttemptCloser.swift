import Airbyte
import Model
import SQL
import Store
import Time

/// Ends a job's attempt and decides what becomes of the job.
struct AttemptCloser: Sendable {
    let policy: RetryPolicy

    enum Next: Codable, Sendable {
        /// Another attempt, after a pause in milliseconds.
        case retry(afterMilliseconds: Int64)
        case ended(Job.Status)
    }

    /// `result` is nil where the attempt's worker was lost before it could tell.
    func close(_ jobID: JobID, _ result: AttemptResult?, in session: any Session) throws -> Next {
        let now = Instant(microseconds: try session.now())
        let job = try session.lockedJob(jobID)
        let failures = result?.failures ?? [interruption(at: now)]
        let succeeded = result?.succeeded ?? false
        let attempt = try session.endAttempt(
            of: jobID, as: succeeded ? .succeeded : .failed, failures: failures, at: now)
        if job.status.isTerminal { return .ended(job.status) }
        if succeeded {
            try session.setStatus(.succeeded, of: jobID, at: now)
            return .ended(.succeeded)
        }
        var retries = job.retries
        let decision = policy.afterFailure(
            failures: failures, madeProgress: attempt?.stats.madeProgress ?? false,
            wasInterrupted: result == nil || failures.first.map(\.isInterruption) == true, retries: &retries)
        try session.setRetries(retries, of: jobID)
        switch decision {
        case .retry(let pause):
            try session.setStatus(.incomplete, of: jobID, at: now)
            return .retry(afterMilliseconds: pause.wholeMilliseconds)
        case .giveUp:
            // An attempt that could not even be opened would leave nobody to say why the job failed.
            if attempt == nil {
                _ = try session.insertAttempt(of: jobID, at: now)
                try session.endAttempt(of: jobID, as: .failed, failures: failures, at: now)
            }
            try session.setStatus(.failed, of: jobID, at: now)
            return .ended(.failed)
        }
    }

    private func interruption(at time: Instant) -> FailureReason {
        FailureReason(
            .platform, .system,
            "The worker that ran this attempt was stopped or lost before the attempt was done. "
                + "The sync goes on in a new attempt from the last committed state.", at: time)
    }
}

extension FailureReason {
    /// Whether the platform cut the attempt short, as against refusing its configuration.
    fileprivate var isInterruption: Bool { origin == .platform && kind == .system }
}
