package import Airbyte
package import Posix
package import Time

/// What a destination's `discover` answered last.
package struct DiscoveredObjects: Sendable, Hashable {
    package var id: UUID
    package var destinationID: ConnectorID
    package var catalog: DestinationCatalog
    /// Digest of the configuration, and the connector's version, that it was discovered with.
    package var configurationHash: String
    package var connectorVersion: String
    package var createdAt: Instant

    package init(
        id: UUID = UUID(), destinationID: ConnectorID, catalog: DestinationCatalog, configurationHash: String,
        connectorVersion: String, createdAt: Instant
    ) {
        self.id = id
        self.destinationID = destinationID
        self.catalog = catalog
        self.configurationHash = configurationHash
        self.connectorVersion = connectorVersion
        self.createdAt = createdAt
    }
}
