import Airbyte
import Flow
import Model
import SQL
import Store
import Time

extension EventRecorder {
    /// Records how a job ended, in the transaction that ends it; its last attempt has ended before. After a sync that
    /// succeeded, the connection's operations are started too.
    func jobEnded(_ job: Job, as status: Job.Status, in session: any Session, at now: Instant) throws {
        let scope = try session.eventScope(of: job.connectionID)
        let connection = try session.connection(job.connectionID)
        let attempts = try session.attempts(of: job.id)
        let totals = attempts.totals(in: connection.catalog)
        let outcome = EventDetail.Job(job, attempts, totals, status, at: now)
        let kind = ConnectionEvent.Kind(job.kind, status, hasLoaded: outcome.bytesCommitted > 0)
        try record(kind, in: scope, job: job.id, session, at: now) { $0.job = outcome }
        guard status == .succeeded, job.kind != .reset else { return }
        try warn(of: attempts.last?.stats.warnings ?? [], job, scope, session, at: now)
        guard !scope.operationIDs.isEmpty else { return }
        try RunStarter().start(
            RunOperations.self, RunOperations.Input(job: job.id), in: session,
            options: StartOptions(
                idempotencyKey: "operations:\(job.id)", priority: .manual, workspace: scope.workspaceID.description))
    }

    /// What a job that succeeded should make somebody look at.
    private func warn(
        of warnings: [AttemptWarning], _ job: Job, _ scope: EventScope, _ session: any Session, at now: Instant
    ) throws {
        for (code, kind) in [
            (AttemptWarning.Code.countMismatch, ConnectionEvent.Kind.countsDiffer), (.noRecords, .streamsEmpty),
        ] {
            let concerned = warnings.filter { $0.code == code }
            guard !concerned.isEmpty else { continue }
            try record(kind, in: scope, job: job.id, session, at: now) { detail in
                detail.streams = concerned.compactMap(\.stream)
                detail.message = concerned.prefix(5).map(\.message).joined(separator: " ")
            }
        }
    }
}

extension ConnectionEvent.Kind {
    /// A failed job that has loaded something is called incomplete (protocol.md 3.9b).
    fileprivate init(_ kind: Job.Kind, _ status: Job.Status, hasLoaded: Bool) {
        let failed = status == .failed
        self =
            switch kind {
            case .sync:
                failed
                    ? (hasLoaded ? .syncIncomplete : .syncFailed)
                    : status == .succeeded ? .syncSucceeded : .syncCancelled
            case .refresh:
                failed
                    ? (hasLoaded ? .refreshIncomplete : .refreshFailed)
                    : status == .succeeded ? .refreshSucceeded : .refreshCancelled
            case .reset:
                failed
                    ? (hasLoaded ? .clearIncomplete : .clearFailed)
                    : status == .succeeded ? .clearSucceeded : .clearCancelled
            }
    }
}

extension EventDetail.Job {
    fileprivate init(
        _ job: Job, _ attempts: [Attempt], _ totals: [AttemptStats.Stream], _ status: Job.Status, at now: Instant
    ) {
        self.init(
            id: job.id, kind: job.kind, attempts: attempts.count,
            startedAt: (job.startedAt ?? job.createdAt).microseconds, endedAt: now.microseconds)
        bytesEmitted = totals.reduce(0) { $0 + $1.bytesEmitted }
        bytesCommitted = totals.reduce(0) { $0 + $1.bytesCommitted }
        recordsEmitted = totals.reduce(0) { $0 + $1.recordsEmitted }
        recordsCommitted = totals.reduce(0) { $0 + $1.recordsCommitted }
        recordsRejected = totals.reduce(0) { $0 + $1.recordsRejected }
        recordsFilteredOut = totals.reduce(0) { $0 + $1.counts.recordsFilteredOut }
        bytesFilteredOut = totals.reduce(0) { $0 + $1.counts.bytesFilteredOut }
        guard status == .failed else { return }
        let reason = attempts.last?.failures.first
        failure = EventDetail.Failure(
            message: reason?.externalMessage ?? "The job failed for a reason that nobody told.",
            type: reason?.kind ?? .system, origin: reason?.origin ?? .unknown)
    }
}
