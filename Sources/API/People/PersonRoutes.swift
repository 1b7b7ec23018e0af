import Access
import Crypto
import HTTP
import JSON
import Model
import Posix
import SQL
import Store
import Time

/// `/api/v1/users`, the public API's users, and what Airbyte leaves to other systems: making them, and their passwords.
struct PersonRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            .config("users/get", "getUser", get),
            .config("users/get_by_auth_id", "getUserByAuthId", getByAuthID),
            .config("users/get_by_email", "getUserByEmail", getByEmail),
            .config("users/get_or_create_by_auth_id", "getOrCreateUserByAuthId", getOrCreate),
            .config("users/update", "updateUser", update),
            .config("users/delete", "deleteUser", delete),
            .config("users/list_access_info_by_workspace_id", "listAccessInfoByWorkspaceId", listAccess),
            .config("users/list_by_organization_id", "listUsersInOrganization", listInOrganization),
            .config("users/list_instance_admin", "listInstanceAdminUsers", listInstanceAdmins),
            Route(.get, Interface.publicPrefix + "/users", "public.listUsers") { .answer(try await list($0)) },
            Route(.post, "/api/swiftlet/users", "swiftlet.createUser") { .answer(try await create(Body($0))) },
            Route(.post, "/api/swiftlet/users/{userId}/password", "swiftlet.setPassword") { request in
                try await setPassword(request)
                return .noContent
            },
        ]
    }

    func get(_ body: Body) async throws -> JSON {
        let id: PersonID = try body.required("userId")
        return try await read(body) { try $0.person(id) }
    }

    /// Airbyte's tokens hold the user's own id as `sub`, so that is found too.
    func getByAuthID(_ body: Body) async throws -> JSON {
        guard let id = try body.text("authUserId", atMost: 500) else { throw Problem.missing("authUserId") }
        return try await read(body) { try $0.person(authID: id) }
    }

    func getByEmail(_ body: Body) async throws -> JSON {
        guard let email = try body.text("email", atMost: 500) else { throw Problem.missing("email") }
        return try await read(body) { session in
            guard let person = try session.person(email: email.lowercased()) else {
                throw StoreError.notFound("user", email)
            }
            return person
        }
    }

    /// Somebody else is as if they were not there, but for the instance's admin.
    private func read(_ body: Body, _ find: @escaping @Sendable (any Session) throws -> Person) async throws -> JSON {
        let caller = body.caller
        return try await services.database.read { session in
            let person = try find(session)
            guard caller.isInstanceAdmin || person.id == caller.personID else {
                throw StoreError.notFound("user", person.id)
            }
            return person.wire
        }
    }

    func getOrCreate(_ body: Body) async throws -> JSON {
        guard let id = try body.text("authUserId", atMost: 500) else { throw Problem.missing("authUserId") }
        let caller = body.caller
        let person = try await services.database.read { session in
            let person = try session.person(authID: id)
            guard caller.isInstanceAdmin || person.id == caller.personID else { throw StoreError.notFound("user", id) }
            return person
        }
        return [
            "userRead": person.wire, "authUserId": .string(id), "authProvider": "airbyte", "newUserCreated": false,
        ]
    }

    func update(_ body: Body) async throws -> JSON {
        let id: PersonID = try body.required("userId")
        let caller = body.caller
        let name = try body.name("name")
        let workspace: WorkspaceID? = try body.optional("defaultWorkspaceId")
        guard caller.isInstanceAdmin || id == caller.personID else { throw StoreError.notFound("user", id) }
        if let workspace, caller.role(in: workspace) == nil { throw StoreError.notFound("workspace", workspace) }
        return try await services.database.write { session in
            var person = try session.person(id)
            if let workspace { _ = try session.workspace(workspace) }
            try body.expectUnchanged(person.wire)
            person.name = name ?? person.name
            person.defaultWorkspaceID = workspace ?? person.defaultWorkspaceID
            try session.update(person)
            return person.wire
        }
    }

    func delete(_ body: Body) async throws {
        let id: PersonID = try body.required("userId")
        try await services.database.write { try $0.deletePerson(id) }
        services.access.authenticator.forgetGrants()
    }

    func listAccess(_ body: Body) async throws -> JSON {
        let id: WorkspaceID = try body.required("workspaceId")
        let entries = try await services.database.read { session in
            let workspace = try session.workspace(id)
            let own = try session.permissions(in: .workspace(id))
            let wider = try session.permissions(in: .organization(workspace.organizationID))
            return try Set((own + wider).map(\.personID)).map { person in
                JSON(present: [
                    "userId": .id(person), "userEmail": .string(try session.person(person).email),
                    "userName": .string(try session.person(person).name), "workspaceId": .id(id),
                    "workspacePermission": own.first { $0.personID == person }?.wire,
                    "organizationPermission": wider.first { $0.personID == person }?.wire,
                ])
            }
        }
        return [
            "usersWithAccess": .array(
                entries.sorted { $0["userEmail"]?.stringValue ?? "" < $1["userEmail"]?.stringValue ?? "" })
        ]
    }

    func listInOrganization(_ body: Body) async throws -> JSON {
        let id: UUID = try body.required("organizationId")
        try body.caller.expectMember(of: id)
        let users = try await services.database.read { session in
            guard try session.hasOrganization(id) else { throw StoreError.notFound("organization", id) }
            return try (session.permissions(in: .organization(id)) + session.permissions(in: .instance)).map {
                permission in
                let person = try session.person(permission.personID)
                return [
                    "userId": .id(person.id), "name": .string(person.name), "email": .string(person.email),
                    "permissionId": .id(permission.id), "permissionType": .string(permission.type.rawValue),
                    "organizationId": .string(id.description),
                ] as JSON
            }
        }
        return ["users": .array(users)]
    }

    func listInstanceAdmins(_ body: Body) async throws -> JSON {
        let users = try await services.database.read { session in
            try session.permissions(in: .instance).map { permission in
                let person = try session.person(permission.personID)
                return [
                    "userId": .id(person.id), "name": .string(person.name), "email": .string(person.email),
                    "permissionId": .id(permission.id),
                ] as JSON
            }
        }
        return ["users": .array(users)]
    }

    private func list(_ request: HTTPRequest) async throws -> JSON {
        guard let organization = request.query["organizationId"].flatMap({ UUID($0) }) else {
            throw Problem.badRequest("organizationId must be given, as a UUID.")
        }
        try request.caller.expectMember(of: organization)
        let ids = Set(request.query.all("ids").flatMap { $0.lowercased().split(separator: ",").map(String.init) })
        let emails = Set(request.query.all("emails").flatMap { $0.lowercased().split(separator: ",").map(String.init) })
        let people = try await services.database.read { session in
            guard try session.hasOrganization(organization) else {
                throw StoreError.notFound("organization", organization)
            }
            return try session.people(organization: organization)
        }
        let chosen = people.filter { person in
            (ids.isEmpty || ids.contains(person.id.description)) && (emails.isEmpty || emails.contains(person.email))
        }
        return [
            "data": .array(
                chosen.map { ["id": .id($0.id), "name": .string($0.name), "email": .string($0.email)] })
        ]
    }

    func create(_ body: Body) async throws -> JSON {
        guard let name = try body.name("name") else { throw Problem.missing("name") }
        guard let email = try body.text("email", atMost: 320), email.contains("@") else {
            throw Problem.unprocessable("email must be an address.")
        }
        let hash = try await passwordHash(in: body)
        let person = Person(name: name, email: email, createdAt: services.clock.now)
        return try await services.database.write { session in
            try session.insert(person, passwordHash: hash)
            return person.wire
        }
    }

    private func setPassword(_ request: HTTPRequest) async throws {
        guard let id = request.parameters["userId"].flatMap({ PersonID($0) }) else {
            throw Problem.badRequest("The id of a user is a UUID.")
        }
        guard request.caller.isInstanceAdmin || request.caller.personID == id else {
            throw StoreError.notFound("user", id)
        }
        let body = try Body(request)
        guard let hash = try await passwordHash(in: body) else { throw Problem.missing("password") }
        if !request.caller.isInstanceAdmin { try await expectOldPassword(of: id, body) }
        try await services.database.write { try $0.setPasswordHash(hash, of: id) }
        services.access.authenticator.forgetGrants()
    }

    /// So that who finds a browser signed in cannot take the account over.
    private func expectOldPassword(of id: PersonID, _ body: Body) async throws {
        let old = try body.text("currentPassword", atMost: 10_000) ?? ""
        let stored = try await services.database.read { try $0.passwordHash(of: id) }
        guard let stored, try await PasswordHash(text: stored).matches(old) else {
            throw Problem(.forbidden, "currentPassword must be the password that you have now.")
        }
    }

    private func passwordHash(in body: Body) async throws -> String? {
        guard let password: String = try body.optional("password") else { return nil }
        if let complaint = PasswordRule.complaint(about: password) { throw Problem.unprocessable(complaint) }
        return try await PasswordHash(of: password).text
    }
}

extension Caller {
    /// Throws 404 where the caller may not know of the organization.
    func expectMember(of organization: UUID) throws {
        guard role(inOrganization: organization) != nil else { throw StoreError.notFound("organization", organization) }
    }
}

extension Person {
    var wire: JSON {
        JSON(present: [
            "userId": .id(id), "name": .string(name), "email": .string(email), "status": "registered",
            "defaultWorkspaceId": defaultWorkspaceID.map { .id($0) }, "metadata": [:],
        ])
    }
}
