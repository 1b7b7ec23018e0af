import Access
import HTTP
import JSON
import Model
import Posix
import SQL
import Store
import Time

/// `/api/public/v1/workspaces`.
struct PublicWorkspaceRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        let path = Interface.publicPrefix + "/workspaces"
        let one = path + "/{workspaceId}"
        return [
            Route(.get, path, "public.listWorkspaces") { request in .answer(try await list(request)) },
            Route(.post, path, "public.createWorkspace") { request in .answer(try await create(Body(request))) },
            Route(.get, one, "public.getWorkspace") { request in
                .answer(try await get(request.pathID("workspaceId")))
            },
            Route(.patch, one, "public.updateWorkspace") { request in
                .answer(try await patch(request.pathID("workspaceId"), Body(request)))
            },
            Route(.delete, one, "public.deleteWorkspace") { request in
                try await delete(request.pathID("workspaceId"))
                return .noContent
            },
        ]
    }

    func list(_ request: HTTPRequest) async throws -> JSON {
        let page = try PublicPage(request.query)
        let filter = try page.filter(request)
        let workspaces = try await services.database.read { try $0.workspaces(filter) }
        return page.answer(workspaces.map(\.publicWire), "workspaces", of: request)
    }

    /// In the organization that owns everything, unless another is named. There are no regions to choose from, so
    /// `regionId` is passed over.
    func create(_ body: Body) async throws -> JSON {
        guard let name = try body.name("name") else { throw Problem.missing("name") }
        let organization: UUID = try body.optional("organizationId") ?? .zero
        var notifications = NotificationSettings.publicDefault
        if let wanted: Body = try body.optional("notifications") { try notifications.applyPublic(wanted) }
        let now = services.clock.now
        let made = try await services.database.write { [notifications] session in
            guard try session.hasOrganization(organization) else {
                throw StoreError.notFound("organization", organization)
            }
            let workspace = Workspace(
                organizationID: organization, name: name, slug: try session.freeSlug(for: name),
                notifications: notifications, createdAt: now)
            try session.seed(workspace)
            return workspace.publicWire
        }
        services.access.authenticator.forgetGrants()
        return made
    }

    func get(_ id: WorkspaceID) async throws -> JSON {
        try await services.database.read { try $0.workspace(id).publicWire }
    }

    func patch(_ id: WorkspaceID, _ body: Body) async throws -> JSON {
        try await services.database.write { session in
            var workspace = try session.lockedWorkspace(id)
            try body.expectUnchanged(workspace.publicWire)
            workspace.name = try body.name("name") ?? workspace.name
            if let wanted: Body = try body.optional("notifications") {
                try workspace.notifications.applyPublic(wanted)
            }
            try session.update(workspace)
            return workspace.publicWire
        }
    }

    func delete(_ id: WorkspaceID) async throws {
        let removal = WorkspaceRemoval(services)
        try await services.database.write { try removal.remove(id, in: $0) }
        services.access.authenticator.forgetGrants()
    }
}

extension Workspace {
    /// The public API's shape.
    fileprivate var publicWire: JSON {
        [
            "workspaceId": .id(id), "name": .string(name), "dataResidency": "auto",
            "notifications": notifications.publicWire,
        ]
    }
}
