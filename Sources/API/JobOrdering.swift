package import Airbyte
package import Model
package import SQL
package import Sync

/// Starts jobs and calls them off; `JobOrders`, or its stand-in in a test of the wire.
package protocol JobOrdering: Sendable {
    func start(
        _ kind: Job.Kind, connection: ConnectionID, streams: [StreamDescriptor], isScheduled: Bool
    ) async throws -> Job

    func cancel(_ job: JobID) async throws -> Job

    /// As above, inside the caller's transaction.
    @discardableResult
    func cancel(_ job: JobID, in session: any Session) throws -> Job
}

extension JobOrders: JobOrdering {}
