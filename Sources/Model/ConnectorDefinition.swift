package import Airbyte
package import Time

package typealias DefinitionID = ID<ConnectorDefinition>

/// Which end of a connection a connector stands at.
package enum ConnectorKind: String, Sendable, Hashable, Codable, CaseIterable {
    case source, destination
}

/// A connector that can be configured: an image and what its `spec` said.
package struct ConnectorDefinition: Sendable, Hashable {
    package var id: DefinitionID
    package var kind: ConnectorKind
    /// The workspace that a custom definition belongs to; nil for those that come with the programs.
    package var workspaceID: WorkspaceID?
    package var name: String
    package var repository: String
    package var tag: String
    package var documentationURL: String?
    package var icon: String?
    package var specification: ConnectorSpecification
    /// Whether the destination understands generations (protocol.md 1.10).
    package var supportsRefreshes: Bool
    /// What its containers may take.
    package var resources: ScopedResourceRequirements
    package var createdAt: Instant

    package init(
        id: DefinitionID = DefinitionID(), kind: ConnectorKind, workspaceID: WorkspaceID? = nil, name: String,
        repository: String, tag: String, documentationURL: String? = nil, icon: String? = nil,
        specification: ConnectorSpecification, supportsRefreshes: Bool = false,
        resources: ScopedResourceRequirements = ScopedResourceRequirements(), createdAt: Instant
    ) {
        self.id = id
        self.kind = kind
        self.workspaceID = workspaceID
        self.name = name
        self.repository = repository
        self.tag = tag
        self.documentationURL = documentationURL
        self.icon = icon
        self.specification = specification
        self.supportsRefreshes = supportsRefreshes
        self.resources = resources
        self.createdAt = createdAt
    }

    package var isCustom: Bool { workspaceID != nil }
}
