import Access
import HTTP
import JSON
import Model
import SQL
import Store

/// `/api/v1/source_definitions` and `/api/v1/destination_definitions`, with their specifications.
struct DefinitionRoutes: Sendable {
    let kind: ConnectorKind
    let services: APIServices

    var routes: [Route] {
        let path = "\(kind)_definitions"
        let specifications = "\(kind)_definition_specifications"
        let noun = kind.noun
        return [
            .config("\(path)/list", "list\(noun)Definitions", list),
            .config("\(path)/list_latest", "listLatest\(noun)Definitions", list),
            .config("\(path)/list_for_workspace", "list\(noun)DefinitionsForWorkspace", listForWorkspace),
            .config("\(path)/get", "get\(noun)Definition", get),
            .config("\(path)/create_custom", "createCustom\(noun)Definition", createCustom),
            .config("\(path)/delete", "delete\(noun)Definition", delete),
            .config("\(path)/update", "update\(noun)Definition", update),
            .config("\(path)/get_for_workspace", "get\(noun)DefinitionForWorkspace", getForWorkspace),
            .config("\(path)/get_for_scope", "get\(noun)DefinitionForScope", getForScope),
            .config(
                "\(path)/list_enterprise_stubs_for_workspace", "listEnterprise\(noun)StubsForWorkspace", enterpriseStubs
            ),
            .config("\(specifications)/get", "get\(noun)DefinitionSpecification", specification),
            .config("\(specifications)/get_for_\(kind)", "getSpecificationFor\(noun)Id", specificationOfConnector),
        ]
    }

    /// Those of all and of the workspaces that the caller may see.
    func list(_ body: Body) async throws -> JSON {
        let visible = body.caller.visibleWorkspaces
        let definitions = try await services.database.read { try $0.definitions(kind) }
        return wire(
            definitions.filter { definition in definition.workspaceID.map { visible?.contains($0) ?? true } ?? true })
    }

    func listForWorkspace(_ body: Body) async throws -> JSON {
        let workspace: WorkspaceID = try body.required("workspaceId")
        return try await services.database.read { session in
            _ = try session.workspace(workspace)
            return wire(try session.definitions(kind, workspace: workspace))
        }
    }

    private func wire(_ definitions: [ConnectorDefinition]) -> JSON {
        [kind.definitionKey + "s": .array(definitions.map(\.wire))]
    }

    func get(_ body: Body) async throws -> JSON {
        let id: DefinitionID = try body.required(kind.definitionIDKey)
        return try await services.database.read { try $0.definition(kind, id).wire }
    }

    func specification(_ body: Body) async throws -> JSON {
        let id: DefinitionID = try body.required(kind.definitionIDKey)
        return try await services.database.read { try $0.definition(kind, id).specificationWire }
    }

    /// Runs the image once for its specification; one that gives none makes no definition. Whether a destination supports
    /// refreshes no specification says: a client that knows says it in `supportsRefreshes`.
    func createCustom(_ body: Body) async throws -> JSON {
        let workspace = try body.workspaceScope()
        let asked: Body = try body.required(kind.definitionKey)
        guard let name = try asked.name("name") else { throw Problem.missing("\(kind.definitionKey).name") }
        let image = try ConnectorImage(
            repository: asked.required("dockerRepository"), tag: asked.required("dockerImageTag"))
        let documentationURL = try asked.text("documentationUrl", atMost: 2000)
        // Some are whole pictures, written as data: URLs.
        let icon = try asked.text("icon", atMost: 100_000)
        return try await DefinitionChanges(kind, services).create(
            in: workspace, name: name, image: image, documentationURL: documentationURL, icon: icon,
            supportsRefreshes: asked.optional("supportsRefreshes"),
            resources: asked.optional("resourceRequirements"), by: body.caller
        ).wire
    }

    func update(_ body: Body) async throws -> JSON {
        let id: DefinitionID = try body.required(kind.definitionIDKey)
        let workspace: WorkspaceID? = try body.optional("workspaceId")
        if let workspace { _ = try await services.database.read { try $0.definition(kind, id, for: workspace) } }
        return try await DefinitionChanges(kind, services).update(
            id, name: body.name("name"), tag: body.required("dockerImageTag"),
            resources: body.optional("resourceRequirements"), by: body.caller
        ) { try body.expectUnchanged($0.wire) }.wire
    }

    /// Deletes the connectors made from the definition too, and with them their connections.
    func delete(_ body: Body) async throws {
        try await DefinitionChanges(kind, services).delete(body.required(kind.definitionIDKey))
    }
}

extension Body {
    private enum Scope: String, WireReadable, CaseIterable { case workspace, organization }

    /// The workspace that a custom definition is made for, in either of the two ways it is named.
    func workspaceScope() throws -> WorkspaceID {
        if let workspace: WorkspaceID = try optional("workspaceId") { return workspace }
        guard has("scopeId") else { throw Problem.missing("workspaceId") }
        guard try required("scopeType", as: Scope.self) == .workspace else {
            throw Problem.unprocessable("Definitions belong to workspaces here; set scopeType to workspace.")
        }
        return try required("scopeId")
    }
}
