import JSON
import Model
import SQL
import Store

extension DefinitionRoutes {
    func getForWorkspace(_ body: Body) async throws -> JSON {
        let id: DefinitionID = try body.required(kind.definitionIDKey)
        let workspace: WorkspaceID = try body.required("workspaceId")
        return try await services.database.read { try $0.definition(kind, id, for: workspace).wire }
    }

    func getForScope(_ body: Body) async throws -> JSON {
        let id: DefinitionID = try body.required("actorDefinitionId")
        let workspace = try body.workspaceScope()
        return try await services.database.read { try $0.definition(kind, id, for: workspace).wire }
    }

    /// There is no enterprise edition to advertise.
    func enterpriseStubs(_ body: Body) async throws -> JSON {
        let workspace: WorkspaceID = try body.required("workspaceId")
        _ = try await services.database.read { try $0.workspace(workspace) }
        return ["enterpriseConnectorStubs": []]
    }

    /// What a source or destination can be told.
    func specificationOfConnector(_ body: Body) async throws -> JSON {
        let id: ConnectorID = try body.required(kind.idKey)
        return try await services.database.read { session in
            try session.definition(of: session.connector(kind, id)).specificationWire
        }
    }
}

extension Session {
    /// The definition, if the workspace may use it.
    func definition(
        _ kind: ConnectorKind, _ id: DefinitionID, for workspace: WorkspaceID
    ) throws -> ConnectorDefinition {
        _ = try self.workspace(workspace)
        let definition = try definition(kind, id)
        guard definition.workspaceID == nil || definition.workspaceID == workspace else {
            throw StoreError.notFound("\(kind) definition", id)
        }
        return definition
    }
}
