import Access
import Airbyte
import HTTP
import JSON
import Model
import SQL
import Secrets
import Store
import Time

/// Makes, changes and deletes sources or destinations; what both interfaces do, each in its own words.
struct ConnectorChanges: Sendable {
    let kind: ConnectorKind
    private let services: APIServices
    private let vault: SecretVault
    private let now: Instant

    /// Throws where a connector is not what the client has read.
    typealias Precondition = @Sendable (Connector, ConnectorDefinition) throws -> Void

    init(_ kind: ConnectorKind, _ services: APIServices) {
        self.kind = kind
        self.services = services
        vault = services.vault
        now = services.clock.now
    }

    /// Makes a connector of the definition that `choose` finds in the workspace.
    func create(
        in workspace: WorkspaceID, name: String, configuration: JSONObject,
        of choose: @escaping @Sendable (any Session) throws -> DefinitionID
    ) async throws -> (Connector, ConnectorDefinition) {
        try await services.database.write { session in
            _ = try session.workspace(workspace)
            let definitionID = try choose(session)
            let definition = try session.lockedDefinition(kind, definitionID)
            guard definition.workspaceID == nil || definition.workspaceID == workspace else {
                throw StoreError.notFound("\(kind) definition", definitionID)
            }
            // A mask that stands for nothing is refused here, before anything is said of its form.
            let stored = try vault.split(
                .object(configuration), schema: definition.secretSchema, replacing: nil, workspace: workspace,
                in: session, at: now)
            try definition.validate(.object(configuration), with: services)
            let connector = Connector(
                kind: kind, definitionID: definitionID, workspaceID: workspace, name: name, configuration: stored,
                createdAt: now, updatedAt: now)
            try session.insert(connector)
            return (connector, definition)
        }
    }

    /// Replaces the name and the whole configuration; a secret that comes back masked stays as it is stored.
    func replace(
        _ id: ConnectorID, name: String, configuration: JSONObject, if isUnchanged: @escaping Precondition
    ) async throws -> (Connector, ConnectorDefinition) {
        try await change(id, name: name, if: isUnchanged) { _ in configuration }
    }

    /// Puts members into the configuration, at any depth; what is not named stays, secrets too.
    func merge(
        _ id: ConnectorID, name: String?, configuration: JSONObject?, if isUnchanged: @escaping Precondition
    ) async throws -> (Connector, ConnectorDefinition) {
        try await change(id, name: name, if: isUnchanged) { stored in
            guard let configuration else { return nil }
            return SecretVault.masked(stored).merging(.object(configuration)).objectValue
        }
    }

    /// - Parameter configure: makes the new configuration of the one that is stored; nil leaves it.
    private func change(
        _ id: ConnectorID, name: String?, if isUnchanged: @escaping Precondition,
        _ configure: @escaping @Sendable (_ stored: JSON) throws -> JSONObject?
    ) async throws -> (Connector, ConnectorDefinition) {
        try await services.database.write { session in
            var connector = try session.lockedConnector(kind, id)
            let definition = try session.definition(of: connector)
            try isUnchanged(connector, definition)
            if let configuration = try configure(connector.configuration).map(JSON.object) {
                let schema = definition.secretSchema
                let plain = try vault.unmask(
                    configuration, schema: schema, with: connector.configuration, in: session)
                connector.configuration = try vault.split(
                    configuration, schema: schema, replacing: connector.configuration,
                    workspace: connector.workspaceID, in: session, at: now)
                try definition.validate(plain, with: services)
            }
            connector.name = name ?? connector.name
            connector.updatedAt = now
            try session.update(connector)
            return (connector, definition)
        }
    }

    /// Deletes its connections too and calls their jobs off.
    func delete(_ id: ConnectorID) async throws {
        let removal = ConnectorRemoval(services)
        try await services.database.write { session in
            try removal.remove(session.lockedConnector(kind, id), in: session)
        }
    }
}

extension JSON {
    /// Objects are merged, anything else is replaced.
    fileprivate func merging(_ other: JSON) -> JSON {
        guard case .object(var members) = self, case .object(let changes) = other else { return other }
        for (name, value) in changes { members[name] = members[name]?.merging(value) ?? value }
        return .object(members)
    }
}
