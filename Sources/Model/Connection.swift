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
    /// What is done with the records of streams on their way; a stream that is not listed goes on as it comes. Secrets
    /// of mappers stand as references.
    package var treatments: [StreamTreatment]
    /// The discovered catalog that the selection was made from.
    package var sourceCatalogID: UUID?
    package var nonBreakingChanges: NonBreakingChanges
    /// Whether incremental streams are read from their beginning when they gain a field (protocol.md 5.5).
    package var backfills: Bool
    /// Whether the workspace is notified of changes of the source's schema.
    package var tellsSchemaChanges: Bool
    /// Whether the source has changed in a way that needs a person, and nobody has looked at it yet.
    package var hasBreakingChange: Bool
    /// The discovered catalog whose changes were told last, so that none is told of with every sync.
    package var toldCatalogID: UUID?
    /// What is called after each sync that succeeds, in this order.
    package var operationIDs: [OperationID]
    package var runPolicy: RunPolicy
    /// What the containers of its syncs may take.
    package var resources: ResourceRequirements
    package var createdAt: Instant
    package var updatedAt: Instant

    package init(
        id: ConnectionID = ConnectionID(), workspaceID: WorkspaceID, sourceID: ConnectorID, destinationID: ConnectorID,
        name: String, namespaceDefinition: NamespaceDefinition = .source, namespaceFormat: String? = nil,
        prefix: String? = nil, status: Status, statusReason: String? = nil, schedule: ConnectionSchedule = .manual,
        catalog: ConfiguredCatalog = ConfiguredCatalog(streams: []), treatments: [StreamTreatment] = [],
        sourceCatalogID: UUID? = nil,
        nonBreakingChanges: NonBreakingChanges = .ignore, backfills: Bool = false, tellsSchemaChanges: Bool = true,
        hasBreakingChange: Bool = false, toldCatalogID: UUID? = nil, operationIDs: [OperationID] = [],
        runPolicy: RunPolicy = RunPolicy(), resources: ResourceRequirements = ResourceRequirements(),
        createdAt: Instant, updatedAt: Instant
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
        self.treatments = treatments
        self.sourceCatalogID = sourceCatalogID
        self.nonBreakingChanges = nonBreakingChanges
        self.backfills = backfills
        self.tellsSchemaChanges = tellsSchemaChanges
        self.hasBreakingChange = hasBreakingChange
        self.toldCatalogID = toldCatalogID
        self.operationIDs = operationIDs
        self.runPolicy = runPolicy
        self.resources = resources
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
