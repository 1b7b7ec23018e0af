package import Airbyte
package import Time

package typealias JobID = Int64

/// One order to move a connection's data, carried out in one or more attempts.
package struct Job: Sendable, Hashable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case sync
        /// Deletes the data and the state of streams; Airbyte's reset and clear.
        case reset = "reset_connection"
        /// A sync that reads some streams from their beginning again.
        case refresh
    }

    package enum Status: String, Sendable, Codable, CaseIterable {
        case pending, running, incomplete, failed, succeeded, cancelled

        package var isTerminal: Bool { self == .failed || self == .succeeded || self == .cancelled }
    }

    package var id: JobID
    package var connectionID: ConnectionID
    package var kind: Kind
    package var status: Status
    package var isScheduled: Bool
    /// The workflow run that carries the job out.
    package var runID: Int64?
    /// The streams a reset clears, or those that a sync or a refresh moves; empty means all.
    package var streams: [StreamDescriptor]
    /// The streams a refresh reads again, and how.
    package var refreshes: [StreamRefresh]
    package var retries: RetryState
    package var createdAt: Instant
    package var startedAt: Instant?
    package var updatedAt: Instant

    package init(
        id: JobID, connectionID: ConnectionID, kind: Kind, status: Status, isScheduled: Bool, runID: Int64?,
        streams: [StreamDescriptor], refreshes: [StreamRefresh] = [], retries: RetryState, createdAt: Instant,
        startedAt: Instant?, updatedAt: Instant
    ) {
        self.id = id
        self.connectionID = connectionID
        self.kind = kind
        self.status = status
        self.isScheduled = isScheduled
        self.runID = runID
        self.streams = streams
        self.refreshes = refreshes
        self.retries = retries
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.updatedAt = updatedAt
    }
}
