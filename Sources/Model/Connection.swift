package import Airbyte
package import Posix
package import Time

package typealias ConnectionID = ID<Connection>

/// What moves, from where to where, and when.
package struct Connection: Sendable, Hashable {
    package enum Status: String, Sendable, Codable, CaseIterable {
        case active, inactive
        /// Deleted; the row is kept for its jobs.
        case deprecated
    }

    package enum NamespaceDefinition: String, Sendable, Codable, CaseIterable {
        case source, destination
        case customFormat = "customformat"
    }

    package enum NonBreakingChanges: String, Sendable, Codable, CaseIterable {
        case ignore, disable
        case propagateColumns = "propagate_columns"
        case propagateFully = "propagate_fully"
    }

    package var id: ConnectionID
    package var workspaceID: WorkspaceID
    package var sourceID: ConnectorID
    package var destinationID: ConnectorID
    package var name: String
    package var namespaceDefinition: NamespaceDefinition
    package var namespaceFormat: String?
    package var prefix: String?
    package var status: Status
    /// Why the platform made the connection inactive, in Airbyte's words; nil where a person did.
    package var statusReason: String?
    package var schedule: ConnectionSchedule
    /// The selected streams and how each is read and written.
    package var catalog: ConfiguredCatalog
    /// The discovered catalog that the selection was made from.
    package var sourceCatalogID: UUID?
    package var nonBreakingChanges: NonBreakingChanges
    package var runPolicy: RunPolicy
    package var createdAt: Instant
    package var updatedAt: Instant

    package init(
        id: ConnectionID = ConnectionID(), workspaceID: WorkspaceID, sourceID: ConnectorID, destinationID: ConnectorID,
        name: String, namespaceDefinition: NamespaceDefinition = .source, namespaceFormat: String? = nil,
        prefix: String? = nil, status: Status, statusReason: String? = nil, schedule: ConnectionSchedule = .manual,
        catalog: ConfiguredCatalog = ConfiguredCatalog(streams: []), sourceCatalogID: UUID? = nil,
        nonBreakingChanges: NonBreakingChanges = .ignore, runPolicy: RunPolicy = RunPolicy(), createdAt: Instant,
        updatedAt: Instant
    ) {
        self.id = id
        self.workspaceID = workspaceID
        self.sourceID = sourceID
        self.destinationID = destinationID
        self.name = name
        self.namespaceDefinition = namespaceDefinition
        self.namespaceFormat = namespaceFormat
        self.prefix = prefix
        self.status = status
        self.statusReason = statusReason
        self.schedule = schedule
        self.catalog = catalog
        self.sourceCatalogID = sourceCatalogID
        self.nonBreakingChanges = nonBreakingChanges
        self.runPolicy = runPolicy
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
