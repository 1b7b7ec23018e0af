import Access
import Airbyte
import Model
import SQL
import Store
import Sync
import Time

/// Makes, changes and deletes definitions; what both interfaces do, each in its own words.
struct DefinitionChanges: Sendable {
    let kind: ConnectorKind
    let services: APIServices

    init(_ kind: ConnectorKind, _ services: APIServices) {
        self.kind = kind
        self.services = services
    }

    /// Runs the image once for its specification; one that gives none makes no definition.
    ///
    /// - Parameter supportsRefreshes: whether a destination does, which no specification says; nil where nobody knows.
    func create(
        in workspace: WorkspaceID, name: String, image: ConnectorImage, documentationURL: String?, icon: String? = nil,
        supportsRefreshes: Bool? = nil, resources: ScopedResourceRequirements? = nil, by caller: Caller
    ) async throws -> ConnectorDefinition {
        try image.requireAllowed(for: caller)
        _ = try await services.database.read { try $0.workspace(workspace) }
        let (specification, tag) = try await services.specification(of: image)
        let definition = ConnectorDefinition(
            kind: kind, workspaceID: workspace, name: name, repository: image.repository, tag: tag,
            documentationURL: documentationURL, icon: icon, specification: specification,
            supportsRefreshes: supportsRefreshes ?? image.supportsRefreshes,
            resources: resources ?? ScopedResourceRequirements(), createdAt: services.clock.now)
        try await services.database.write { session in
            _ = try session.workspace(workspace)
            try session.insert(definition)
        }
        return definition
    }

    /// Renames the definition and brings its connectors to another version of its image.
    ///
    /// The connector is asked for its specification anew before anything is written, so a version that cannot be started
    /// changes nothing. Throws 422 for connectors that come with Swiftlet, whose version changes with the programs.
    ///
    /// - Parameter isUnchanged: throws where the definition is not what the client has read.
    func update(
        _ id: DefinitionID, name: String?, tag: String, resources: ScopedResourceRequirements? = nil,
        by caller: Caller,
        if isUnchanged: @escaping @Sendable (ConnectorDefinition) throws -> Void
    ) async throws -> ConnectorDefinition {
        let before = try await services.database.read { try $0.definition(kind, id) }
        let image = try ConnectorImage(repository: before.repository, tag: tag)
        guard !image.isNative else {
            throw Problem.unprocessable("\(before.name) comes with Swiftlet and changes with Swiftlet's version only.")
        }
        try image.requireAllowed(for: caller)
        let found = tag == before.tag ? nil : try await services.specification(of: image)
        return try await services.database.write { session in
            var definition = try session.lockedDefinition(kind, id)
            try isUnchanged(definition)
            definition.name = name ?? definition.name
            definition.resources = resources ?? definition.resources
            if let found { (definition.specification, definition.tag) = (found.specification, found.tag) }
            try session.update(definition)
            return definition
        }
    }

    /// Deletes the connectors made from the definition too, and with them their connections. Returns what was deleted.
    @discardableResult
    func delete(_ id: DefinitionID) async throws -> ConnectorDefinition {
        let removal = ConnectorRemoval(services)
        return try await services.database.write { session in
            let definition = try session.lockedDefinition(kind, id)
            try session.deleteDefinition(kind, id)
            for connector in try session.connectors(of: id) {
                try removal.remove(session.lockedConnector(kind, connector.id), in: session)
            }
            return definition
        }
    }
}
