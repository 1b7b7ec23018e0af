import Access
import HTTP
import JSON
import Model
import SQL
import Store

/// Programs that sign in for the caller, in both interfaces. A secret is shown once, in the answer that made it.
struct ApplicationRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        let path = Interface.publicPrefix + "/applications"
        return [
            .config("applications/list", "listApplications") { body in try await list(body.caller) },
            .config("applications/create", "createApplication", create),
            .config("applications/delete", "deleteApplication") { body in
                _ = try await delete(body.required("applicationId"), body.caller)
            },
            Route(.get, path, "public.listApplications") { .answer(try await list($0.caller)) },
            Route(.post, path, "public.createApplication") { .answer(try await create(Body($0))) },
            Route(.get, path + "/{applicationId}", "public.getApplication") { request in
                let id = try request.applicationID
                return .answer(try await services.database.read { try $0.application(id, of: request.caller).wire() })
            },
            Route(.delete, path + "/{applicationId}", "public.deleteApplication") { request in
                .answer(try await delete(request.applicationID, request.caller).wire())
            },
        ]
    }

    private func list(_ caller: Caller) async throws -> JSON {
        let applications = try await services.database.read { try $0.applications(of: caller.personID) }
        return ["applications": .array(applications.map { $0.wire() })]
    }

    private func create(_ body: Body) async throws -> JSON {
        guard let name = try body.name("name") else { throw Problem.missing("name") }
        let (person, applications) = (body.caller.personID, services.access.applications)
        return try await services.database.write { session in
            let made = try applications.create(name, for: person, in: session)
            return made.application.wire(secret: made.clientSecret)
        }
    }

    private func delete(_ id: ApplicationID, _ caller: Caller) async throws -> Application {
        let application = try await services.database.write { session in
            let application = try session.application(id, of: caller)
            try session.deleteApplication(id)
            return application
        }
        services.access.authenticator.forgetGrants()
        return application
    }
}

extension Session {
    fileprivate func application(_ id: ApplicationID, of caller: Caller) throws -> Application {
        let application = try application(id)
        guard caller.isInstanceAdmin || application.personID == caller.personID else {
            throw StoreError.notFound("application", id)
        }
        return application
    }
}

extension Application {
    fileprivate func wire(secret: String = "**********") -> JSON {
        [
            "id": .id(id), "name": .string(name), "clientId": .string(clientID), "clientSecret": .string(secret),
            "createdAt": .seconds(createdAt),
        ]
    }
}

extension HTTPRequest {
    fileprivate var applicationID: ApplicationID {
        get throws {
            guard let id = parameters["applicationId"].flatMap({ ApplicationID($0) }) else {
                throw Problem.badRequest("The id of an application is a UUID.")
            }
            return id
        }
    }
}
