import API
import Airbyte
import Flow
import Model
import SQL
import Store
import Time

/// Puts jobs on record and lets nobody carry them out.
struct StoredOrders: JobOrdering {
    let database: any Database
    let time: Instant

    func start(
        _ kind: Job.Kind, connection: ConnectionID, streams: [StreamDescriptor], isScheduled: Bool
    ) async throws -> Job {
        try await database.write { session in
            try session.insertJob(kind, connection: connection, streams: streams, isScheduled: isScheduled, at: time)
        }
    }

    func start(
        _ kind: Job.Kind, connection: Connection, streams: [StreamDescriptor], isScheduled: Bool,
        priority: RunPriority?, in session: any Session, at time: Instant
    ) throws -> Job {
        try session.insertJob(kind, connection: connection.id, streams: streams, isScheduled: isScheduled, at: time)
    }

    func refresh(_ id: ConnectionID, streams: [StreamDescriptor], mode: StreamRefresh.Mode) async throws -> Job {
        try await database.write { session in
            try session.insertJob(
                .refresh, connection: id, streams: [], refreshes: streams.map { StreamRefresh($0, mode) },
                isScheduled: false, at: time)
        }
    }

    func retryFailedStreams(of job: JobID) async throws -> Job {
        let connection = try await database.read { try $0.job(job).connectionID }
        return try await start(.sync, connection: connection, streams: [], isScheduled: false)
    }

    func cancel(_ job: JobID) async throws -> Job {
        try await database.write { session in try cancel(job, in: session) }
    }

    func cancel(_ job: JobID, in session: any Session) throws -> Job {
        let before = try session.job(job)
        if before.status == .cancelled { return before }
        guard try session.setStatus(.cancelled, of: job, at: time) else {
            throw StoreError(.conflict, "job", id: String(job), "The job \(job) has ended already.")
        }
        return try session.job(job)
    }
}
