package import Airbyte
package import JSON

/// What an event tells, as things were called when it happened; enough to write every message from. Spelled as it is
/// stored.
package struct EventDetail: Sendable, Hashable, Codable {
    /// Something with a name, as it was called then.
    package struct Named: Sendable, Hashable, Codable {
        package var id: String
        package var name: String

        package init(id: String, name: String) {
            self.id = id
            self.name = name
        }
    }

    /// How a job ended.
    package struct Job: Sendable, Hashable, Codable {
        package var id: JobID
        package var kind: Model.Job.Kind
        package var attempts: Int
        /// Microseconds since the epoch.
        package var startedAt: Int64
        package var endedAt: Int64
        package var bytesEmitted: Int64 = 0
        package var bytesCommitted: Int64 = 0
        package var recordsEmitted: Int64 = 0
        package var recordsCommitted: Int64 = 0
        package var recordsRejected: Int64 = 0
        package var recordsFilteredOut: Int64 = 0
        package var bytesFilteredOut: Int64 = 0
        package var failure: Failure?

        package init(id: JobID, kind: Model.Job.Kind, attempts: Int, startedAt: Int64, endedAt: Int64) {
            self.id = id
            self.kind = kind
            self.attempts = attempts
            self.startedAt = startedAt
            self.endedAt = endedAt
        }
    }

    /// The first reason that the last attempt gave.
    package struct Failure: Sendable, Hashable, Codable {
        package var message: String
        package var type: FailureReason.Kind
        package var origin: FailureReason.Origin

        package init(message: String, type: FailureReason.Kind, origin: FailureReason.Origin) {
            self.message = message
            self.type = type
            self.origin = origin
        }
    }

    /// What came of one operation after a sync.
    package struct Operation: Sendable, Hashable, Codable {
        package var id: OperationID
        package var name: String
        package var succeeded: Bool
        package var message: String?

        package init(id: OperationID, name: String, succeeded: Bool, message: String? = nil) {
            self.id = id
            self.name = name
            self.succeeded = succeeded
            self.message = message
        }
    }

    package var workspace: Named
    package var connection: Named
    package var source: Named
    package var destination: Named
    package var job: Job?
    /// What happened and what to do, for a person.
    package var message: String?
    /// As Airbyte's API writes it (protocol.md 5.2).
    package var catalogDiff: JSON?
    package var streams: [StreamDescriptor]?
    package var operations: [Operation]?

    package init(workspace: Named, connection: Named, source: Named, destination: Named) {
        self.workspace = workspace
        self.connection = connection
        self.source = source
        self.destination = destination
    }
}
