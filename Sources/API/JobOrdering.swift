package import Airbyte
package import Flow
package import Model
package import SQL
package import Sync
package import Time

/// Starts jobs and calls them off; `JobOrders`, or its stand-in in a test of the wire.
package protocol JobOrdering: Sendable {
    func start(
        _ kind: Job.Kind, connection: ConnectionID, streams: [StreamDescriptor], isScheduled: Bool
    ) async throws -> Job

    /// As above, inside the caller's transaction, which holds the connection's row.
    @discardableResult
    func start(
        _ kind: Job.Kind, connection: Connection, streams: [StreamDescriptor], isScheduled: Bool,
        priority: RunPriority?, in session: any Session, at time: Instant
    ) throws -> Job

    func refresh(_ id: ConnectionID, streams: [StreamDescriptor], mode: StreamRefresh.Mode) async throws -> Job

    /// Starts a sync of the streams that a job has left incomplete.
    func retryFailedStreams(of job: JobID) async throws -> Job

    func cancel(_ job: JobID) async throws -> Job

    /// As above, inside the caller's transaction.
    @discardableResult
    func cancel(_ job: JobID, in session: any Session) throws -> Job
}

extension JobOrders: JobOrdering {}
