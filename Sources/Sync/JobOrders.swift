package import Airbyte
package import Model

/// Orders jobs and calls them off.
package struct JobOrders: Sendable {
    /// Starts a job; throws `StoreError.conflict` where the connection has one that has not ended, and where it is not
    /// active.
    package func start(
        _ kind: Job.Kind, connection: ConnectionID, streams: [StreamDescriptor] = [], isScheduled: Bool = false
    ) async throws -> Job {
        preconditionFailure("not built yet")
    }

    /// Ends a job as cancelled at once; its processes are stopped in the background. Throws `StoreError.conflict` where
    /// it has ended already.
    package func cancel(_ job: JobID) async throws -> Job {
        preconditionFailure("not built yet")
    }
}
