package import Model
import Posix
package import SQL
import Time

extension Session {
    package func permission(_ id: PermissionID) throws -> Permission {
        guard let row = try row("SELECT * FROM permission WHERE id = \(id)") else {
            throw StoreError.notFound("permission", id)
        }
        return try Permission.read(row)
    }

    /// All that a person has.
    package func permissions(of person: PersonID) throws -> [Permission] {
        try rows("SELECT * FROM permission WHERE person_id = \(person) ORDER BY created_at, id").map(Permission.read)
    }

    /// All that are given in one place itself; an organization's are not among those of its workspaces.
    package func permissions(in scope: Permission.Scope) throws -> [Permission] {
        let condition: Query =
            switch scope {
            case .instance: "type = 'instance_admin'"
            case .organization(let id): "organization_id = \(id)"
            case .workspace(let id): "workspace_id = \(id)"
            }
        return try rows("SELECT * FROM permission WHERE \(condition) ORDER BY created_at, id").map(Permission.read)
    }

    /// Throws `.conflict` where the person has one in that place already, `.notFound` where there is no such person or
    /// place.
    package func insert(_ permission: Permission) throws {
        _ = try person(permission.personID)
        var (workspace, organization): (WorkspaceID?, UUID?)
        switch permission.scope {
        case .instance: break
        case .organization(let id):
            guard try hasOrganization(id) else { throw StoreError.notFound("organization", id) }
            organization = id
        case .workspace(let id): workspace = try self.workspace(id).id
        }
        let added = try run(
            """
            INSERT INTO permission (id, person_id, type, workspace_id, organization_id, created_at)
            VALUES (\(permission.id), \(permission.personID), \(permission.type.rawValue), \(workspace),
                    \(organization), \(permission.createdAt))
            ON CONFLICT DO NOTHING
            """)
        guard added == 1 else {
            throw StoreError(
                .conflict, "permission", id: permission.id.description,
                "The user has a permission there already; change that one.")
        }
    }

    /// Throws `.conflict` for a type that belongs to another kind of place.
    package func setType(_ type: PermissionType, of id: PermissionID) throws {
        let permission = try permission(id)
        guard permission.scope.kind == type.scope else {
            throw StoreError(
                .conflict, "permission", id: id.description,
                "\(type.rawValue) is no permission of this one's scope; delete this one and create another.")
        }
        try run("UPDATE permission SET type = \(type.rawValue) WHERE id = \(id)")
    }

    /// Throws `.conflict` for the first administrator's hold of the instance: nobody could give it back.
    package func deletePermission(_ id: PermissionID) throws {
        let permission = try permission(id)
        guard permission.type != .instanceAdmin || permission.personID != Person.first else {
            throw StoreError(
                .conflict, "permission", id: id.description, "The first administrator stays administrator.")
        }
        try run("DELETE FROM permission WHERE id = \(id)")
    }

    /// Makes the first person administrator of the instance, unless it is.
    package func seedFirstAdministrator() throws {
        try run(
            """
            INSERT INTO permission (id, person_id, type, created_at)
            VALUES (\(UUID.zero), \(Person.first), 'instance_admin', \(dialect.now))
            ON CONFLICT DO NOTHING
            """)
    }

    /// What a person's permissions come to; nothing where there is no such person.
    package func grants(of person: PersonID) throws -> Grants {
        var grants = Grants()
        for permission in try permissions(of: person) {
            guard let role = permission.type.role else { continue }
            switch permission.scope {
            case .instance: grants.isInstanceAdmin = true
            case .organization(let id): grants.organizations[id] = role
            case .workspace(let id): grants.workspaces[id] = role
            }
        }
        guard !grants.organizations.isEmpty else { return grants }
        let inherited = try rows(
            """
            SELECT id, organization_id FROM workspace
            WHERE NOT tombstone AND organization_id IN \(list: Array(grants.organizations.keys))
            """)
        for row in inherited {
            guard let organization = try row.optionalUUID("organization_id") else { continue }
            let id: WorkspaceID = try row.id("id")
            guard let role = grants.organizations[organization] else { continue }
            grants.workspaces[id] = max(role, grants.workspaces[id] ?? role)
        }
        return grants
    }
}

extension Permission {
    fileprivate static func read(_ row: Row) throws -> Permission {
        let scope: Permission.Scope
        if let workspace: WorkspaceID = try row.optionalID("workspace_id") {
            scope = .workspace(workspace)
        } else if let organization = try row.optionalUUID("organization_id") {
            scope = .organization(organization)
        } else {
            scope = .instance
        }
        let permission = Permission(
            id: try row.id("id"), personID: try row.id("person_id"), type: try row.choice("type"), scope: scope,
            createdAt: try row.get("created_at"))
        guard let permission else {
            throw DatabaseError(.decoding, "A permission's type does not belong to its scope.")
        }
        return permission
    }
}
