import Access
import HTTP
import JSON
import Model
import SQL
import Store

/// `/api/v1/connections`: lists of connections across workspaces.
struct ConnectionListRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            .config("connections/list_all", "listAllConnectionsForWorkspace", listAll),
            .config("connections/list_paginated", "listConnectionsForWorkspacesPaginated", listPage),
            .config("connections/list_by_actor_definition", "listConnectionsByActorDefinition", listByDefinition),
            .config("connections/search", "searchConnections", search),
        ]
    }

    /// Deleted ones too.
    func listAll(_ body: Body) async throws -> JSON {
        let workspace: WorkspaceID = try body.required("workspaceId")
        var query = ConnectionQuery()
        query.workspaces = [workspace]
        query.includesDeleted = true
        query.limit = .max
        return try await services.database.read { [query] session in
            _ = try session.workspace(workspace)
            return try list(query, in: session)
        }
    }

    func listPage(_ body: Body) async throws -> JSON {
        let page = try RowPage(body)
        var query = ConnectionQuery()
        let named: [WorkspaceID] = try body.optional("workspaceIds") ?? []
        let visible = body.caller.visibleWorkspaces
        query.workspaces = named.isEmpty ? visible.map(Array.init) : named
        query.includesDeleted = try body.optional("includeDeleted") ?? false
        query.tags = try body.optional("tagIds") ?? []
        query.limit = page.size
        query.offset = page.offset
        return try await services.database.read { [query] in try list(query, in: $0) }
    }

    func listByDefinition(_ body: Body) async throws -> JSON {
        let definition: DefinitionID = try body.required("actorDefinitionId")
        let kind: ConnectorKind = try body.required("actorType")
        var query = ConnectionQuery()
        query.workspaces = body.caller.visibleWorkspaces.map(Array.init)
        switch kind {
        case .source: query.source.definition = definition
        case .destination: query.destination.definition = definition
        }
        query.limit = .max
        return try await services.database.read { [query] in try list(query, in: $0) }
    }

    /// Those that are like what the body says; what it does not name may be anything.
    func search(_ body: Body) async throws -> JSON {
        var query = ConnectionQuery()
        query.id = try body.optional("connectionId")
        query.name = try body.optional("name")
        query.prefix = try body.optional("prefix")
        query.namespaceDefinition = try body.optional("namespaceDefinition")
        query.namespaceFormat = try body.optional("namespaceFormat")
        query.status = try body.optional("status")
        query.source = try end("source", body)
        query.destination = try end("destination", body)
        query.workspaces = body.caller.visibleWorkspaces.map(Array.init)
        for kind in ConnectorKind.allCases {
            let end: Body? = try body.optional(kind.rawValue)
            guard let named: WorkspaceID = try end?.optional("workspaceId") else { continue }
            query.workspaces = (query.workspaces ?? [named]).filter { $0 == named }
        }
        let wanted = try ConnectionSchedule(wire: body, allowsLegacy: true)
        return try await services.database.read { [query] session in
            let found = try session.connections(query).filter { wanted == nil || $0.schedule == wanted }
            return ["connections": .array(try session.wire(found))]
        }
    }

    private func end(_ kind: String, _ body: Body) throws -> ConnectionQuery.End {
        let more: Body = try body.optional(kind) ?? Body([:])
        var end = ConnectionQuery().source
        end.id = try body.optional(kind + "Id") ?? more.optional(kind + "Id")
        end.name = try more.optional("name")
        end.definition = try more.optional(kind + "DefinitionId")
        end.definitionName = try more.optional(kind + "Name")
        return end
    }

    private func list(_ query: ConnectionQuery, in session: any Session) throws -> JSON {
        ["connections": .array(try session.wire(session.connections(query)))]
    }
}
