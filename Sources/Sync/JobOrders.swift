package import Airbyte
package import Flow
package import Model
package import SQL
import Store
package import Time

/// Orders jobs and calls them off.
package struct JobOrders: Sendable {
    private let database: any Database
    private let flows: FlowClient

    package init(database: any Database, flows: FlowClient) {
        self.database = database
        self.flows = flows
    }

    /// Starts a job; throws `StoreError.conflict` where the connection has one that has not ended, and where it is not
    /// active.
    package func start(
        _ kind: Job.Kind, connection: ConnectionID, streams: [StreamDescriptor] = [], isScheduled: Bool = false
    ) async throws -> Job {
        try await database.write { session in
            try start(
                kind, connection: session.lockedConnection(connection), streams: streams, isScheduled: isScheduled,
                in: session, at: Instant(microseconds: session.now()))
        }
    }

    /// As above, inside the caller's transaction, which holds the connection's row.
    package func start(
        _ kind: Job.Kind, connection: Connection, streams: [StreamDescriptor] = [], isScheduled: Bool,
        in session: any Session, at time: Instant
    ) throws -> Job {
        guard connection.status == .active else {
            throw StoreError(
                .conflict, "connection", id: connection.id.description,
                "The connection \(connection.id) is \(connection.status.rawValue); only an active one can be synced.")
        }
        var job = try session.insertJob(
            kind, connection: connection.id, streams: streams, isScheduled: isScheduled, at: time)
        // The slot is held until the run's processes are gone, so a job that follows a cancelled one waits for them.
        let run = try flows.start(
            SyncConnection.self, SyncConnection.Input(job: job.id), in: session,
            options: StartOptions(
                priority: isScheduled ? .scheduled : .manual, slots: [SlotKey("connection:\(connection.id)", limit: 1)],
                workspace: connection.workspaceID.description))
        try session.setRun(run.number, of: job.id)
        job.runID = run.number
        return job
    }

    /// Ends a job as cancelled at once; its processes are stopped in the background. Throws `StoreError.conflict` where
    /// it has ended already.
    package func cancel(_ job: JobID) async throws -> Job {
        try await database.write { session in try cancel(job, in: session) }
    }

    package func cancel(_ id: JobID, in session: any Session) throws -> Job {
        let now = Instant(microseconds: try session.now())
        // The run is locked before the job, as by the run's own transactions, or the two could wait for each other.
        if let run = try session.job(id).runID {
            do {
                try flows.signal(RunID(run), .cancel(reason: "The job was cancelled."), in: session)
            } catch let error as FlowError where error.code == .noSuchRun(RunID(run)) {
                // Nothing runs; the job is ended all the same.
            }
        }
        let job = try session.lockedJob(id)
        guard !job.status.isTerminal else {
            throw StoreError(
                .conflict, "job", id: String(id), "Job \(id) has already ended (\(job.status.rawValue)).")
        }
        try session.endAttempt(
            of: id, as: .failed,
            failures: [FailureReason(.platform, .cancelled, "This attempt was cancelled", at: now)], at: now)
        try session.setStatus(.cancelled, of: id, at: now)
        return try session.job(id)
    }
}
