import Airbyte
package import Log
package import Model
package import SQL
import Store
package import Time

/// Ends jobs, with all that has to happen in the same transaction: what was ordered and not done stays on order, and a
/// connection that only fails is switched off, and the end is told.
///
/// The caller holds the job's row. A job that has ended stays as it is.
package struct JobEnder: Sendable {
    private let watch: FailureWatch
    private let log: Log
    private let events = EventRecorder()

    package init(watch: FailureWatch, log: Log) {
        self.watch = watch
        self.log = log.named("job-ender")
    }

    /// What a reset has cleared needs no refresh either: without a state, the next sync reads it from its beginning.
    package func succeed(_ job: Job, in session: any Session, at now: Instant) throws {
        guard try session.setStatus(.succeeded, of: job.id, at: now) else { return }
        try events.jobEnded(job, as: .succeeded, in: session, at: now)
        guard job.kind == .reset else { return }
        try session.deleteResets(job.streams, of: job.connectionID)
        try session.deleteRefreshes(job.streams, of: job.connectionID)
    }

    /// Fails a job for reasons that none of its attempts has told yet.
    func fail(_ job: Job, because failures: [FailureReason], in session: any Session, at now: Instant) throws {
        guard !job.status.isTerminal else { return }
        // Without an attempt there is nobody to say why the job failed.
        if try session.endAttempt(of: job.id, as: .failed, failures: failures, at: now) == nil {
            _ = try session.insertAttempt(of: job.id, at: now)
            try session.endAttempt(of: job.id, as: .failed, failures: failures, at: now)
        }
        try fail(job, in: session, at: now)
    }

    /// Fails a job whose last attempt has told why. Streams that were to be cleared still are. A stream that was to be
    /// truncated is read anew by the next job: its state is ahead of what its table holds, for what was read so far
    /// lies in a table that is thrown away.
    func fail(_ job: Job, in session: any Session, at now: Instant) throws {
        guard try session.setStatus(.failed, of: job.id, at: now) else { return }
        try events.jobEnded(job, as: .failed, in: session, at: now)
        if job.kind == .refresh {
            try session.addRefreshes(job.refreshes.filter { $0.mode == .truncate }, to: job.connectionID, at: now)
        }
        if job.kind != .reset { try watch.look(at: job.connectionID, in: session, at: now, log: log) }
    }

    /// Ends a job that nobody wants any more, or, where it `isSuperseded`, one that makes room for another and whose
    /// order stands. Of a refresh that has begun, what was to be truncated is merged by the next job, or rows would be
    /// missing.
    func cancel(_ job: Job, isSuperseded: Bool = false, in session: any Session, at now: Instant) throws {
        try session.endAttempt(
            of: job.id, as: .failed,
            failures: [FailureReason(.platform, .cancelled, "This attempt was cancelled", at: now)], at: now)
        guard try session.setStatus(.cancelled, of: job.id, at: now) else { return }
        try events.jobEnded(job, as: .cancelled, in: session, at: now)
        switch job.kind {
        case .sync: break
        case .reset: if !isSuperseded { try session.deleteResets(job.streams, of: job.connectionID) }
        case .refresh where isSuperseded:
            try session.addRefreshes(job.refreshes, to: job.connectionID, at: now)
        case .refresh:
            guard job.startedAt != nil else { break }
            let begun = job.refreshes.filter { $0.mode == .truncate }.map { StreamRefresh($0.stream, .merge) }
            try session.addRefreshes(begun, to: job.connectionID, at: now)
        }
    }
}
