import Access
import HTTP
import JSON
import Model
import Posix
import SQL
import Store

/// `/api/v1/organizations`.
struct OrganizationRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            .config("organizations/get", "getOrganization", get),
            .config("organizations/get_organization_info", "getOrgInfo", info),
            .config("organizations/list_by_user_id", "listOrganizationsByUser", ofPerson),
            .config("organizations/list_summaries", "listOrganizationSummaries", summaries),
            .config("organizations/create", "createOrganization", create),
            .config("organizations/update", "updateOrganization", update),
            .config("organizations/delete", "deleteOrganization", delete),
        ]
    }

    private func get(_ body: Body) async throws -> JSON {
        let id: UUID = try body.required("organizationId")
        return try await services.database.read { try $0.organization(id, visibleTo: body.caller).wire }
    }

    private func info(_ body: Body) async throws -> JSON {
        let id: UUID = try body.required("organizationId")
        return try await services.database.read { try $0.organization(id, visibleTo: body.caller).infoWire }
    }

    private func ofPerson(_ body: Body) async throws -> JSON {
        let person: PersonID = try body.required("userId")
        let page = try NamedRows(body)
        return try await services.database.read { session in
            try session.allow(body.caller, toAskFor: person)
            let organizations = try session.organizations(visibleTo: body.caller)
            return ["organizations": .array(page.cut(organizations, name: \.name).map(\.wire))]
        }
    }

    /// Organizations with their workspaces; the text may stand in the name of either.
    private func summaries(_ body: Body) async throws -> JSON {
        let person: PersonID = try body.required("userId")
        let page = try NamedRows(body)
        return try await services.database.read { session in
            try session.allow(body.caller, toAskFor: person)
            let workspaces = try session.workspaces(visibleTo: body.caller)
            let members = try session.personCount()
            let found = try session.organizations(visibleTo: body.caller).map { organization in
                (organization, workspaces.filter { $0.organizationID == organization.id })
            }
            let shown = page.cut(found) { organization, own in
                ([organization.name] + own.map(\.name)).joined(separator: "\n")
            }
            let entries = shown.map { organization, own -> JSON in
                [
                    "organization": organization.wire, "workspaces": .array(own.map(\.wire)),
                    "memberCount": .integer(members),
                ]
            }
            return ["organizationSummaries": .array(entries)]
        }
    }

    private func create(_ body: Body) async throws -> JSON {
        guard let name = try body.name("organizationName") else { throw Problem.missing("organizationName") }
        let person: PersonID? = try body.optional("userId")
        let organization = Organization(name: name, email: try body.text("email", atMost: 500) ?? "")
        try await services.database.write { session in
            if let person { try session.allow(body.caller, toAskFor: person) }
            try session.insert(organization)
        }
        return organization.wire
    }

    /// Changes what the body names.
    private func update(_ body: Body) async throws -> JSON {
        let id: UUID = try body.required("organizationId")
        let name = try body.name("organizationName")
        let email = try body.text("email", atMost: 500)
        return try await services.database.write { session in
            var organization = try session.lockedOrganization(id)
            organization.name = name ?? organization.name
            organization.email = email ?? organization.email
            try session.update(organization)
            return organization.wire
        }
    }

    private func delete(_ body: Body) async throws {
        let id: UUID = try body.required("organizationId")
        try await services.database.write { try $0.deleteOrganization(id) }
    }
}

extension Session {
    /// An organization can be seen by whoever can see a workspace of it.
    func organizations(visibleTo caller: Caller) throws -> [Organization] {
        let all = try organizations()
        if caller.isInstanceAdmin { return all }
        let own = Set(try workspaces(visibleTo: caller).map(\.organizationID))
        return all.filter { own.contains($0.id) }
    }

    /// Throws 404 also where there is one that the caller may not see.
    func organization(_ id: UUID, visibleTo caller: Caller) throws -> Organization {
        guard let organization = try organizations(visibleTo: caller).first(where: { $0.id == id }) else {
            throw StoreError.notFound("organization", id)
        }
        return organization
    }
}
