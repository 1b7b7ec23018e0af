import Airbyte
import HTTP
import JSON
import Model
import SQL
import Secrets
import Store

/// `/api/v1/sources` and `/api/v1/destinations`.
struct ConnectorRoutes: Sendable {
    let kind: ConnectorKind
    let services: APIServices

    var routes: [Route] {
        let noun = kind.noun
        return [
            .config("\(kind.plural)/create", "create\(noun)", create),
            .config("\(kind.plural)/get", "get\(noun)", get),
            .config("\(kind.plural)/list", "list\(noun)sForWorkspace", list),
            .config("\(kind.plural)/update", "update\(noun)", update),
            .config("\(kind.plural)/partial_update", "partialUpdate\(noun)", merge),
            .config("\(kind.plural)/delete", "delete\(noun)", delete),
        ]
    }

    func create(_ body: Body) async throws -> JSON {
        let definitionID: DefinitionID = try body.required(kind.definitionIDKey)
        let workspace: WorkspaceID = try body.required("workspaceId")
        let configuration: JSONObject = try body.required("connectionConfiguration")
        guard let name = try body.name("name") else { throw Problem.missing("name") }
        let (connector, definition) = try await ConnectorChanges(kind, services).create(
            in: workspace, name: name, configuration: configuration
        ) { _ in definitionID }
        return connector.wire(definition)
    }

    func get(_ body: Body) async throws -> JSON {
        let id: ConnectorID = try body.required(kind.idKey)
        return try await services.database.read { session in
            let connector = try session.connector(kind, id)
            return connector.wire(try session.definition(of: connector))
        }
    }

    /// Replaces the name and the whole configuration; a secret that comes back masked stays as it is stored.
    func update(_ body: Body) async throws -> JSON {
        let id: ConnectorID = try body.required(kind.idKey)
        let configuration: JSONObject = try body.required("connectionConfiguration")
        guard let name = try body.name("name") else { throw Problem.missing("name") }
        let (connector, definition) = try await ConnectorChanges(kind, services).replace(
            id, name: name, configuration: configuration
        ) { try body.expectUnchanged($0.wire($1)) }
        return connector.wire(definition)
    }

    /// Lays the members that the body names over the stored ones, objects member by member; what it leaves out stays.
    func merge(_ body: Body) async throws -> JSON {
        let (connector, definition) = try await ConnectorChanges(kind, services).merge(
            body.required(kind.idKey), name: body.name("name"),
            configuration: body.optional("connectionConfiguration", as: JSONObject.self)
        ) { try body.expectUnchanged($0.wire($1)) }
        return connector.wire(definition)
    }

    /// Deletes its connections too and calls their jobs off.
    func delete(_ body: Body) async throws {
        try await ConnectorChanges(kind, services).delete(body.required(kind.idKey))
    }

    /// Everything, unless the body asks for pages: older clients name a workspace only and expect all of it.
    func list(_ body: Body) async throws -> JSON {
        let workspace: WorkspaceID = try body.required("workspaceId")
        let page = try ConnectorPage(body)
        let (connectors, definitions, connections) = try await services.database.read { session in
            _ = try session.workspace(workspace)
            let connectors = try session.connectors(kind, workspace: workspace)
            let definitions = try session.definitions(kind)
            return (connectors, definitions, try session.connections(workspace: workspace))
        }
        let byID = Dictionary(definitions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let shown = page.cut(connectors)
        let entries = shown.compactMap { connector -> JSON? in
            guard let definition = byID[connector.definitionID] else { return nil }
            let own = connections.filter { [$0.sourceID, $0.destinationID].contains(connector.id) }
            var entry = connector.wire(definition)
            entry["numConnections"] = .integer(own.count)
            entry["status"] = own.contains { $0.status == .active } ? "active" : "inactive"
            return entry
        }
        return JSON(present: [
            kind.plural: .array(entries), "page_size": .integer(page.size ?? entries.count),
            "num_connections": .integer(page.matching(connectors).count),
        ])
    }
}

extension Session {
    func definition(of connector: Connector) throws -> ConnectorDefinition {
        try definition(connector.kind, connector.definitionID)
    }
}

extension ConnectorDefinition {
    var secretSchema: SecretSchema { SecretSchema(specification.connectionSpecification) }
}
