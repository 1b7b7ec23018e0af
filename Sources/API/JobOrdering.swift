package import Airbyte
package import Model
package import Sync

/// Starts jobs and calls them off; `JobOrders`, or its stand-in in a test of the wire.
package protocol JobOrdering: Sendable {
    func start(
        _ kind: Job.Kind, connection: ConnectionID, streams: [StreamDescriptor], isScheduled: Bool
    ) async throws -> Job

    func cancel(_ job: JobID) async throws -> Job
}

extension JobOrders: JobOrdering {}
