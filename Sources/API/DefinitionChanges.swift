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
        supportsRefreshes: Bool? = nil, by caller: Caller
    ) async throws -> ConnectorDefinition {
        try image.require(caller)
        _ = try await services.database.read { try $0.workspace(workspace) }
        let (specification, tag) = try await specification(of: image)
        let definition = ConnectorDefinition(
            kind: kind, workspaceID: workspace, name: name, repository: image.repository, tag: tag,
            documentationURL: documentationURL, icon: icon, specification: specification,
            supportsRefreshes: supportsRefreshes ?? image.supportsRefreshes, createdAt: services.clock.now)
        try await services.database.write { session in
            _ = try session.workspace(workspace)
            try session.insert(definition)
        }
        return definition
    }

    /// Renames the definition and brings its connectors to another version of its image, which has to give a
    /// specification, too.
    func update(
        _ id: DefinitionID, name: String?, tag: String, by caller: Caller
    ) async throws -> ConnectorDefinition {
        let before = try await services.database.read { try $0.definition(kind, id) }
        var found: (specification: ConnectorSpecification, tag: String)?
        if tag != before.tag {
            let image = try ConnectorImage(repository: before.repository, tag: tag)
            try image.require(caller)
            found = try await specification(of: image)
        }
        return try await services.database.write { [found] session in
            var definition = try session.lockedDefinition(kind, id)
            definition.name = name ?? definition.name
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

    private func specification(of image: ConnectorImage) async throws -> (ConnectorSpecification, tag: String) {
        let answer = try await services.calls.specification(repository: image.repository, tag: image.tag)
        guard let json = answer.specification else {
            throw Problem.unprocessable(
                answer.failure?.externalMessage ?? "The connector gave no specification and no reason.")
        }
        let specification = ConnectorSpecification(json: json)
        try specification.requireSpokenProtocol()
        return (specification, answer.tag)
    }
}

extension ConnectorImage {
    /// Throws 403 where the image is a program that only who runs the machine may choose.
    fileprivate func require(_ caller: Caller) throws {
        guard !isBuiltIn, !caller.isInstanceAdmin else { return }
        throw Problem(
            .forbidden,
            "A connector that is installed on this machine (pypi:, exec:) is for the instance's admin to add.")
    }
}

extension ConnectorSpecification {
    /// Throws 422 where the connector's messages could not be understood.
    fileprivate func requireSpokenProtocol() throws {
        guard ProtocolVersion(protocolVersion)?.isSpoken != true else { return }
        throw Problem.unprocessable(
            "The connector speaks version \(protocolVersion.prefix(40)) of the Airbyte protocol, and this server "
                + "\(ProtocolVersion.spoken). Choose a version of the connector that speaks \(ProtocolVersion.spoken.major).x."
        )
    }
}
