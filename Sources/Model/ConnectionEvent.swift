package import Time

package typealias EventID = ID<ConnectionEvent>

/// Something that happened to a connection and that somebody may want to know.
package struct ConnectionEvent: Sendable, Hashable {
    /// The first twelve are Airbyte's (protocol.md 3.9b).
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case syncSucceeded = "SYNC_SUCCEEDED"
        case syncIncomplete = "SYNC_INCOMPLETE"
        case syncFailed = "SYNC_FAILED"
        case syncCancelled = "SYNC_CANCELLED"
        case refreshSucceeded = "REFRESH_SUCCEEDED"
        case refreshIncomplete = "REFRESH_INCOMPLETE"
        case refreshFailed = "REFRESH_FAILED"
        case refreshCancelled = "REFRESH_CANCELLED"
        case clearSucceeded = "CLEAR_SUCCEEDED"
        case clearIncomplete = "CLEAR_INCOMPLETE"
        case clearFailed = "CLEAR_FAILED"
        case clearCancelled = "CLEAR_CANCELLED"
        case connectionDisabled = "CONNECTION_DISABLED"
        /// Syncs fail again and again; the connection will be switched off.
        case failuresRepeated = "FAILURES_REPEATED"
        /// The source has changed, and the connection with it.
        case schemaPropagated = "SCHEMA_PROPAGATED"
        /// The source has changed, and somebody has to look at it.
        case schemaNeedsAction = "SCHEMA_NEEDS_ACTION"
        /// The source has changed in a way that no sync can go on with.
        case schemaBroke = "SCHEMA_BROKE"
        /// A job takes longer than its connection expects.
        case runSlow = "RUN_SLOW"
        /// Streams that are read in full brought nothing, and something the last time.
        case streamsEmpty = "STREAMS_EMPTY"
        /// A job succeeded although its counts do not agree.
        case countsDiffer = "COUNTS_DIFFER"
        /// The operations after a sync are over.
        case operationsRun = "OPERATIONS_RUN"
    }

    package var id: EventID
    package var workspaceID: WorkspaceID
    package var connectionID: ConnectionID
    package var jobID: JobID?
    package var kind: Kind
    package var detail: EventDetail
    package var createdAt: Instant

    package init(
        id: EventID = EventID(), workspaceID: WorkspaceID, connectionID: ConnectionID, jobID: JobID?, kind: Kind,
        detail: EventDetail, createdAt: Instant
    ) {
        self.id = id
        self.workspaceID = workspaceID
        self.connectionID = connectionID
        self.jobID = jobID
        self.kind = kind
        self.detail = detail
        self.createdAt = createdAt
    }
}
