import Access
import HTTP
import JSON
import Model
import Posix
import SQL
import Store

/// `/api/public/v1/organizations`.
struct PublicOrganizationRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            Route(.get, Interface.publicPrefix + "/organizations", "public.listOrganizations") { request in
                .answer(try await list(request.caller))
            }
        ]
    }

    private func list(_ caller: Caller) async throws -> JSON {
        let organizations = try await services.database.read { try $0.organizations() }
        return [
            "data": .array(
                organizations.filter { caller.role(inOrganization: $0.id) != nil }.map { organization in
                    [
                        "organizationId": .string(organization.id.description),
                        "organizationName": .string(organization.name), "email": .string(organization.email),
                    ]
                })
        ]
    }
}
