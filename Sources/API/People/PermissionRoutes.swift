import Access
import HTTP
import JSON
import Model
import Posix
import SQL
import Store
import Time

/// Who may do what where, in both interfaces.
struct PermissionRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        let path = Interface.publicPrefix + "/permissions"
        return [
            .config("permissions/create", "createPermission") { body in try await create(body).wire },
            .config("permissions/get", "getPermission") { body in try await get(body.required("permissionId")).wire },
            .config("permissions/update", "updatePermission") { body in
                _ = try await setType(body.required("permissionId"), body)
            },
            .config("permissions/delete", "deletePermission") { body in
                try await delete(body.required("permissionId"), body.caller)
            },
            .config("permissions/delete_user_from_workspace", "deleteUserFromWorkspace", removeFromWorkspace),
            .config("permissions/list_by_user", "listPermissionsByUser", listByUser),
            Route(.get, path, "public.listPermissions") { .answer(try await list($0)) },
            Route(.post, path, "public.createPermission") { .answer(try await create(Body($0)).wire) },
            Route(.get, path + "/{permissionId}", "public.getPermission") {
                .answer(try await get($0.permissionID).wire)
            },
            Route(.patch, path + "/{permissionId}", "public.updatePermission") { request in
                .answer(try await setType(request.permissionID, Body(request)).wire)
            },
            Route(.delete, path + "/{permissionId}", "public.deletePermission") { request in
                try await delete(request.permissionID, request.caller)
                return .noContent
            },
        ]
    }

    private func create(_ body: Body) async throws -> Permission {
        let type: PermissionType = try body.required("permissionType")
        let scope: Permission.Scope =
            switch type.scope {
            case .instance: .instance
            case .organization: .organization(try body.required("organizationId"))
            case .workspace: .workspace(try body.required("workspaceId"))
            }
        try body.caller.expectMayGive(in: scope)
        guard
            let permission = Permission(
                personID: try body.required("userId"), type: type, scope: scope, createdAt: services.clock.now)
        else { throw Problem.unprocessable("permissionType does not fit what it is for.") }
        return try await changing {
            try $0.insert(permission)
            return permission
        }
    }

    private func get(_ id: PermissionID) async throws -> Permission {
        try await services.database.read { try $0.permission(id) }
    }

    private func setType(_ id: PermissionID, _ body: Body) async throws -> Permission {
        let type: PermissionType = try body.required("permissionType")
        return try await changing { session in
            let permission = try session.permission(id)
            try body.caller.expectMayGive(in: permission.scope)
            try body.expectUnchanged(permission.wire)
            try session.setType(type, of: id)
            return try session.permission(id)
        }
    }

    private func delete(_ id: PermissionID, _ caller: Caller) async throws {
        try await changing { session in
            try caller.expectMayGive(in: session.permission(id).scope)
            try session.deletePermission(id)
        }
    }

    func removeFromWorkspace(_ body: Body) async throws {
        let (user, workspace): (PersonID, WorkspaceID) = (
            try body.required("userIdToRemove"), try body.required("workspaceId")
        )
        try await changing { session in
            for permission in try session.permissions(in: .workspace(workspace)) where permission.personID == user {
                try session.deletePermission(permission.id)
            }
        }
    }

    func listByUser(_ body: Body) async throws -> JSON {
        let permissions = try await permissions(of: body.required("userId"), for: body.caller)
        return ["permissions": .array(permissions.map(\.wire))]
    }

    private func list(_ request: HTTPRequest) async throws -> JSON {
        let user = try request.query["userId"].map { text in
            guard let id = PersonID(text) else { throw Problem.badRequest("userId must be a UUID.") }
            return id
        }
        let permissions = try await permissions(of: user ?? request.caller.personID, for: request.caller)
        let organization = request.query["organizationId"]?.lowercased()
        let shown = permissions.filter { permission in
            guard let organization, case .organization(let id) = permission.scope else { return organization == nil }
            return id.description == organization
        }
        return ["data": .array(shown.map(\.listWire))]
    }

    private func permissions(of person: PersonID, for caller: Caller) async throws -> [Permission] {
        guard caller.isInstanceAdmin || caller.personID == person else { throw StoreError.notFound("user", person) }
        return try await services.database.read { session in
            _ = try session.person(person)
            return try session.permissions(of: person)
        }
    }

    /// What is decided next must know of the change.
    private func changing<Result: Sendable>(
        _ change: @escaping @Sendable (any Session) throws -> Result
    ) async throws -> Result {
        let result = try await services.database.write(change)
        services.access.authenticator.forgetGrants()
        return result
    }
}

extension PermissionType: WireReadable {}

extension Caller {
    /// Throws 403, or 404 where the caller may not even know of the place.
    fileprivate func expectMayGive(in scope: Permission.Scope) throws {
        let own: Role? =
            switch scope {
            case .instance: isInstanceAdmin ? .admin : .reader
            case .organization(let id): role(inOrganization: id)
            case .workspace(let id): role(in: id)
            }
        guard own != nil else { throw Problem(.notFound, "There is no such workspace or organization.") }
        guard own == .admin else { throw Problem(.forbidden, "Only an admin of the place may change who may do what.") }
    }
}

extension Permission {
    var wire: JSON {
        var wire: JSON = [
            "permissionId": .id(id), "permissionType": .string(type.rawValue), "userId": .id(personID),
        ]
        switch scope {
        case .instance: break
        case .organization(let id): wire["organizationId"] = .string(id.description)
        case .workspace(let id): wire["workspaceId"] = .id(id)
        }
        return wire
    }

    fileprivate var listWire: JSON {
        let (scope, id): (JSON, JSON) =
            switch scope {
            case .instance: ("none", .string(UUID.zero.description))
            case .organization(let id): ("organization", .string(id.description))
            case .workspace(let id): ("workspace", .id(id))
            }
        return [
            "permissionId": .id(self.id), "permissionType": .string(type.rawValue), "userId": .id(personID),
            "scope": scope, "scopeId": id,
        ]
    }
}

extension HTTPRequest {
    fileprivate var permissionID: PermissionID {
        get throws {
            guard let id = parameters["permissionId"].flatMap({ PermissionID($0) }) else {
                throw Problem.badRequest("The id of a permission is a UUID.")
            }
            return id
        }
    }
}
