package import JSON
package import Time

package typealias ConnectorID = ID<Connector>

/// A source or a destination: a definition with a configuration.
package struct Connector: Sendable, Hashable {
    package var id: ConnectorID
    package var kind: ConnectorKind
    package var definitionID: DefinitionID
    package var workspaceID: WorkspaceID
    package var name: String
    /// As stored: each secret is replaced by `{"_secret": coordinate}`.
    package var configuration: JSON
    package var createdAt: Instant
    package var updatedAt: Instant

    package init(
        id: ConnectorID = ConnectorID(), kind: ConnectorKind, definitionID: DefinitionID, workspaceID: WorkspaceID,
        name: String, configuration: JSON, createdAt: Instant, updatedAt: Instant
    ) {
        self.id = id
        self.kind = kind
        self.definitionID = definitionID
        self.workspaceID = workspaceID
        self.name = name
        self.configuration = configuration
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
