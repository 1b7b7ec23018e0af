import HTTP
import JSON
import Model
import Posix
import SQL
import Store
import Time

/// `/api/v1/instance_configuration/setup`: the form that a new installation begins with.
struct SetupRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            Route(.post, "/api/v1/instance_configuration/setup", "setupInstanceConfiguration") { request in
                try await setUp(Body(request))
                return .answer(try await InstanceRoutes(services: services).configuration(request.origin))
            }
        ]
    }

    /// Says who owns the instance: the first organization, its person and the default workspace carry the address.
    private func setUp(_ body: Body) async throws {
        guard let email = try body.text("email", atMost: 500), !email.isEmpty else { throw Problem.missing("email") }
        let isComplete: Bool = try body.required("initialSetupComplete")
        let person = try body.name("userName")
        let organizationName = try body.name("organizationName")
        try await services.database.write { session in
            var organization = try session.lockedOrganization(.zero)
            organization.email = email
            organization.name = organizationName ?? organization.name
            try session.update(organization)
            try session.renameOwner(person, email: email)
            guard let first = try session.workspaces().first else { return }
            var workspace = try session.lockedWorkspace(first.id)
            workspace.email = email
            workspace.initialSetupComplete = isComplete
            try session.update(workspace)
        }
    }
}
