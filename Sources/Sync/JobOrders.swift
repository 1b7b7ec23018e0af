package import Airbyte
package import Flow
package import Log
package import Model
package import SQL
import Store
package import Time

/// Orders jobs and calls them off.
package struct JobOrders: Sendable {
    private let database: any Database
    private let flows: FlowClient
    private let limits: SyncLimits
    private let ender: JobEnder

    package init(
        database: any Database, flows: FlowClient, limits: SyncLimits = SyncLimits(),
        watch: FailureWatch = FailureWatch(), log: Log = .silent
    ) {
        self.database = database
        self.flows = flows
        self.limits = limits
        ender = JobEnder(watch: watch, log: log)
    }

    /// Starts a job, of some streams or of all. A reset takes the place of a job that has not ended; otherwise throws
    /// `StoreError.conflict` where the connection has one, and always where it is not active.
    package func start(
        _ kind: Job.Kind, connection: ConnectionID, streams: [StreamDescriptor] = [], isScheduled: Bool = false
    ) async throws -> Job {
        try await database.write { session in
            try start(
                kind, connection: session.lockedConnection(connection), streams: streams, isScheduled: isScheduled,
                in: session, at: Instant(microseconds: session.now()))
        }
    }

    /// Starts a job that reads streams from their beginning again; an empty list stands for all. Throws
    /// `StoreError.unsupported` where the destination cannot, and `.conflict` as `start`.
    package func refresh(
        _ id: ConnectionID, streams: [StreamDescriptor], mode: StreamRefresh.Mode
    ) async throws -> Job {
        try await database.write { session in
            let connection = try session.lockedConnection(id)
            let now = Instant(microseconds: try session.now())
            guard try session.supportsRefreshes(connection.destinationID) else { throw noRefreshes(connection) }
            let all = connection.catalog.streams.map(\.descriptor)
            if let unknown = streams.first(where: { !all.contains($0) }) { throw noStream(unknown, in: connection) }
            let refreshes = (streams.isEmpty ? all : streams).map { StreamRefresh($0, mode) }
            try session.addRefreshes(refreshes, to: id, at: now)
            return try start(.refresh, connection: connection, isScheduled: false, in: session, at: now)
        }
    }

    /// As above, inside the caller's transaction, which holds the connection's row. What the job becomes is decided by
    /// what is pending: first resets, then refreshes, then a plain sync (protocol.md 3.2).
    ///
    /// - Parameter priority: that of the run; nil: by whether it is scheduled.
    package func start(
        _ kind: Job.Kind, connection: Connection, streams: [StreamDescriptor] = [], isScheduled: Bool,
        priority: RunPriority? = nil, in session: any Session, at time: Instant
    ) throws -> Job {
        // A job that was left behind must not stand in the way until a chore comes by (protocol.md 3.2). For what it
        // leaves, the connection may be switched off.
        let hasCleared = try session.strandedJobs(of: connection.id).reduce(false) { cleared, stranded in
            try ender.fail(stranded, in: session, at: time) || cleared
        }
        let status = try hasCleared ? session.connection(connection.id).status : connection.status
        guard status == .active else {
            throw StoreError(
                .conflict, "connection", id: connection.id.description,
                "The connection \(connection.id) is \(status.rawValue); only an active one can be synced.")
        }
        if kind == .reset {
            // The job goes first: one that ends by itself meanwhile takes its own resets off the list.
            try supersede(connection.id, in: session, at: time)
            let cleared = streams.isEmpty ? connection.catalog.streams.map(\.descriptor) : streams
            try session.addResets(cleared, to: connection.id, at: time)
        }
        if kind != .reset, !streams.isEmpty { try validate(streams, of: connection, in: session) }
        var job = try insert(kind, connection, kind == .reset ? [] : streams, isScheduled, in: session, at: time)
        // The slot is held until the run's processes are gone, so a job that follows a cancelled one waits for them.
        let run = try flows.start(
            SyncConnection.self, SyncConnection.Input(job: job.id), in: session,
            options: StartOptions(
                priority: priority ?? (isScheduled ? .scheduled : .manual),
                slots: [SlotKey("connection:\(connection.id)", limit: 1)] + slots(for: job, connection, in: session),
                workspace: connection.workspaceID.description))
        try session.setRun(run.number, of: job.id)
        job.runID = run.number
        return job
    }

    /// Throws where the connection has no such stream, or its source keeps one state for all streams together: that
    /// would move on for those that are left out, too, and what they missed would never come.
    private func validate(
        _ streams: [StreamDescriptor], of connection: Connection, in session: any Session
    ) throws {
        let all = connection.catalog.streams.map(\.descriptor)
        if let unknown = streams.first(where: { !all.contains($0) }) { throw noStream(unknown, in: connection) }
        guard Set(streams) != Set(all) else { return }
        switch try session.state(of: connection.id) {
        case .empty, .stream: break
        case .global, .legacy:
            throw StoreError(
                .unsupported, "connection", id: connection.id.description,
                "The source of connection \(connection.id) keeps one state for all streams, so single ones cannot be "
                    + "synced; sync the whole connection.")
        }
    }

    private func noStream(_ stream: StreamDescriptor, in connection: Connection) -> StoreError {
        StoreError(
            .unsupported, "connection", id: connection.id.description, "The connection has no stream \(stream).")
    }

    /// Starts a sync of the streams that the last attempt of a job left incomplete. Throws `StoreError.conflict` where
    /// the job has not ended or left none.
    package func retryFailedStreams(of id: JobID) async throws -> Job {
        try await database.write { session in
            let connection = try session.lockedConnection(session.job(id).connectionID)
            let job = try session.lockedJob(id)
            func refusal(_ sentence: String) -> StoreError { StoreError(.conflict, "job", id: String(id), sentence) }
            guard job.status.isTerminal else { throw refusal("Job \(id) has not ended; wait for it or cancel it.") }
            guard job.kind != .reset else { throw refusal("Job \(id) was to clear streams; clear them again.") }
            let complete = try session.attempts(of: id).last?.stats.streams.filter { $0.status == "complete" } ?? []
            let done = Set(complete.map(\.descriptor))
            let all = connection.catalog.streams.map(\.descriptor)
            let left = all.filter { !done.contains($0) && (job.streams.isEmpty || job.streams.contains($0)) }
            guard job.status != .succeeded, !left.isEmpty else {
                throw refusal("Job \(id) has left no stream incomplete; there is nothing to retry.")
            }
            return try start(
                .sync, connection: connection, streams: left.count == all.count ? [] : left, isScheduled: false,
                in: session, at: Instant(microseconds: session.now()))
        }
    }

    /// - Parameter chosen: the only streams to move; empty means all. What of the others is pending stays so.
    private func insert(
        _ kind: Job.Kind, _ connection: Connection, _ chosen: [StreamDescriptor], _ isScheduled: Bool,
        in session: any Session, at time: Instant
    ) throws -> Job {
        let resets = try session.pendingResets(of: connection.id)
        if kind == .reset || !resets.isEmpty {
            return try session.insertJob(
                .reset, connection: connection.id, streams: resets, isScheduled: isScheduled, at: time)
        }
        let refreshes = try session.pendingRefreshes(of: connection.id)
            .filter { chosen.isEmpty || chosen.contains($0.stream) }
        guard !refreshes.isEmpty else {
            return try session.insertJob(
                .sync, connection: connection.id, streams: chosen, isScheduled: isScheduled, at: time)
        }
        // To merge, a destination need know nothing of generations.
        if refreshes.contains(where: { $0.mode == .truncate }),
            try !session.supportsRefreshes(connection.destinationID)
        {
            throw noRefreshes(connection)
        }
        let job = try session.insertJob(
            .refresh, connection: connection.id, streams: chosen, refreshes: refreshes, isScheduled: isScheduled,
            at: time)
        try session.deleteRefreshes(refreshes.map(\.stream), of: connection.id)
        return job
    }

    private func noRefreshes(_ connection: Connection) -> StoreError {
        StoreError(
            .unsupported, "connection", id: connection.id.description,
            "The destination of connection \(connection.id) does not support refreshes; clear the streams and sync.")
    }

    /// The limits that are set. Of a reset no source is started.
    private func slots(for job: Job, _ connection: Connection, in session: any Session) throws -> [SlotKey] {
        var slots = limits.all.map { [SlotKey("syncs", limit: $0)] } ?? []
        let connectors: [(ConnectorKind, ConnectorID, Int?)] = [
            (.source, connection.sourceID, limits.perSource),
            (.destination, connection.destinationID, limits.perDestination),
        ]
        for (kind, id, limit) in connectors where kind == .destination || job.kind != .reset {
            if let limit { slots.append(SlotKey("\(kind.rawValue):\(id)", limit: limit)) }
            if let limit = limits.perImage {
                let image = try session.definition(kind, session.connector(kind, id).definitionID).image
                slots.append(SlotKey("image:\(image)", limit: limit))
            }
        }
        return slots
    }

    /// Calls the connection's job off to make room for a reset; what it was to do besides stays on order.
    private func supersede(_ connection: ConnectionID, in session: any Session, at now: Instant) throws {
        guard let live = try session.liveJob(of: connection) else { return }
        try signalCancel(live, in: session)
        try ender.cancel(session.lockedJob(live.id), isSuperseded: true, in: session, at: now)
    }

    /// Ends a job as cancelled at once; its processes are stopped in the background. One that was cancelled before is
    /// left as it is. Throws `StoreError.conflict` where it has ended otherwise.
    package func cancel(_ job: JobID) async throws -> Job {
        try await database.write { session in try cancel(job, in: session) }
    }

    package func cancel(_ id: JobID, in session: any Session) throws -> Job {
        let now = Instant(microseconds: try session.now())
        // The run is locked before the job, as by the run's own transactions, or the two could wait for each other.
        try signalCancel(session.job(id), in: session)
        let job = try session.lockedJob(id)
        if job.status == .cancelled { return job }
        guard !job.status.isTerminal else {
            throw StoreError(
                .conflict, "job", id: String(id), "Job \(id) has already ended (\(job.status.rawValue)).")
        }
        try ender.cancel(job, in: session, at: now)
        return try session.job(id)
    }

    private func signalCancel(_ job: Job, in session: any Session) throws {
        guard let run = job.runID else { return }
        do {
            try flows.signal(RunID(run), .cancel(reason: "The job was cancelled."), in: session)
        } catch let error as FlowError where error.code == .noSuchRun(RunID(run)) {
            // Nothing runs; the job is ended all the same.
        }
    }
}

extension Session {
    /// Whether a destination understands generations.
    package func supportsRefreshes(_ destination: ConnectorID) throws -> Bool {
        try definition(.destination, connector(.destination, destination).definitionID).supportsRefreshes
    }
}
