import Access
import HTTP
import JSON
import Model
import Posix
import SQL
import Store

/// The ways to find workspaces: by organization, by person, by what they are called.
struct WorkspaceListRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            .config("workspaces/list_by_organization_id", "listWorkspacesInOrganization", ofOrganization),
            .config("workspaces/list_by_user_id", "listWorkspacesByUser", ofPerson),
            .config("workspaces/list_paginated", "listWorkspacesPaginated", some),
            .config("workspaces/get_by_slug", "getWorkspaceBySlug", bySlug),
            .config("workspaces/get_by_connection_id", "getWorkspaceByConnectionId", ofConnection),
            .config("workspaces/get_organization_info", "getOrganizationInfo", organization),
        ]
    }

    private func ofOrganization(_ body: Body) async throws -> JSON {
        let id: UUID = try body.required("organizationId")
        let page = try NamedRows(body)
        return try await services.database.read { session in
            _ = try session.organization(id, visibleTo: body.caller)
            return page.wire(try session.workspaces(visibleTo: body.caller).filter { $0.organizationID == id })
        }
    }

    private func ofPerson(_ body: Body) async throws -> JSON {
        let person: PersonID = try body.required("userId")
        let page = try NamedRows(body)
        return try await services.database.read { session in
            try session.allow(body.caller, toAskFor: person)
            return page.wire(try session.workspaces(visibleTo: body.caller))
        }
    }

    /// Of the workspaces that the body names; without `includeDeleted`, those that are there.
    private func some(_ body: Body) async throws -> JSON {
        let ids = Set(try body.required("workspaceIds", as: [WorkspaceID].self))
        let includesDeleted = try body.optional("includeDeleted", as: Bool.self) ?? false
        let page = try NamedRows(body)
        let found = try await services.database.read { try $0.workspacesWithTombstones() }
            .filter { ids.contains($0.workspace.id) && (includesDeleted || !$0.isGone) }
        return [
            "workspaces": .array(page.cut(found, name: \.workspace.name).map { $0.workspace.wire(isGone: $0.isGone) })
        ]
    }

    private func bySlug(_ body: Body) async throws -> JSON {
        let slug: String = try body.required("slug")
        let workspaces = try await services.database.read { try $0.workspaces(visibleTo: body.caller) }
        guard let workspace = workspaces.first(where: { $0.slug == slug }) else {
            throw Problem(notFound: "workspace", id: slug, "There is no workspace with the slug \(slug.prefix(100)).")
        }
        return workspace.wire
    }

    private func ofConnection(_ body: Body) async throws -> JSON {
        let id: ConnectionID = try body.required("connectionId")
        return try await services.database.read { session in
            try session.workspace(session.connection(id).workspaceID).wire
        }
    }

    private func organization(_ body: Body) async throws -> JSON {
        let id: WorkspaceID = try body.required("workspaceId")
        return try await services.database.read { session in
            try session.organization(session.workspace(id).organizationID).infoWire
        }
    }
}

extension NamedRows {
    fileprivate func wire(_ workspaces: [Workspace]) -> JSON {
        ["workspaces": .array(cut(workspaces, name: \.name).map(\.wire))]
    }
}

extension Session {
    func workspaces(visibleTo caller: Caller) throws -> [Workspace] {
        let visible = caller.visibleWorkspaces
        return try workspaces().filter { visible?.contains($0.id) ?? true }
    }

    /// Throws 404 where there is no such person, and 403 where the caller may not ask for what somebody else sees.
    func allow(_ caller: Caller, toAskFor person: PersonID) throws {
        if person == caller.personID { return }
        guard caller.isInstanceAdmin else { throw Problem(.forbidden, "Ask for yourself: userId is somebody else's.") }
        guard try hasPerson(person) else { throw StoreError.notFound("user", person) }
    }
}
