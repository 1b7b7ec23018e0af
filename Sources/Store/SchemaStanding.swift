package import Model
package import Posix

/// How a connection stands to the schema of its source.
package struct SchemaStanding: Sendable, Hashable {
    package let sourceID: ConnectorID
    package let status: Connection.Status
    /// The discovered catalog that its configuration was made from.
    package let sourceCatalogID: UUID?
}
