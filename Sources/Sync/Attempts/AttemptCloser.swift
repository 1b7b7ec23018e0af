import Airbyte
import Model
import SQL
import Store
import Time

/// Ends a job's attempt and decides what becomes of the job.
struct AttemptCloser: Sendable {
    let policy: RetryPolicy
    let ender: JobEnder
    /// How long a job may take whose connection sets no limit.
    let longestRun: Duration

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
        try session.recordState(of: job.connectionID, cause: .attempt, job: jobID, at: now)
        if job.status.isTerminal { return .ended(job.status) }
        if succeeded {
            if let attempt { try warn(of: attempt, job, in: session, at: now) }
            try ender.succeed(job, in: session, at: now)
            return .ended(.succeeded)
        }
        let own = try session.runPolicy(of: job.connectionID)
        var retries = job.retries
        let decision =
            result?.isFinal == true
            ? .giveUp
            : policy.overridden(by: own.retry).afterFailure(
                failures: failures, madeProgress: attempt?.stats.madeProgress ?? false,
                wasInterrupted: result == nil || failures.first.map(\.isInterruption) == true,
                quotaPause: result?.quotaPause(at: now) ?? .zero, retries: &retries)
        try session.setRetries(retries, of: jobID)
        switch decision {
        case .retry(let pause):
            try session.setStatus(.incomplete, of: jobID, at: now)
            // The attempt that opens at the end of the job's time tells that it is over.
            let left = own.runTimeLeft(of: job, else: longestRun, at: now)
            return .retry(afterMilliseconds: max(.zero, min(pause, left)).wholeMilliseconds)
        case .giveUp:
            if attempt == nil {
                try ender.fail(job, because: failures, in: session, at: now)
            } else {
                try ender.fail(job, in: session, at: now)
            }
            return .ended(.failed)
        }
    }

    private func warn(of attempt: Attempt, _ job: Job, in session: any Session, at now: Instant) throws {
        let warnings = try MissingRecords().warnings(for: job, in: session)
        guard !warnings.isEmpty else { return }
        var stats = attempt.stats
        stats.warnings += warnings
        try session.saveStats(stats, of: job.id, attempt: attempt.number, at: now)
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
