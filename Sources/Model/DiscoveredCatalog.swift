package import Airbyte
package import Posix
package import Time

/// What a source's `discover` answered at one time.
package struct DiscoveredCatalog: Sendable, Hashable {
    package var id: UUID
    package var sourceID: ConnectorID
    package var catalog: AirbyteCatalog
    /// Digest of the configuration, and the connector's version, that it was discovered with.
    package var configurationHash: String
    package var connectorVersion: String
    /// When it was last discovered.
    package var createdAt: Instant

    package init(
        id: UUID = UUID(), sourceID: ConnectorID, catalog: AirbyteCatalog, configurationHash: String,
        connectorVersion: String, createdAt: Instant
    ) {
        self.id = id
        self.sourceID = sourceID
        self.catalog = catalog
        self.configurationHash = configurationHash
        self.connectorVersion = connectorVersion
        self.createdAt = createdAt
    }
}
