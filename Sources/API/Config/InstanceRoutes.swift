import HTTP
import JSON
import Model
import Posix
import SQL
import Store

/// Whether the server works, and what it is.
struct InstanceRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            Route(.get, "/api/v1/health", "getHealthCheck") { _ in .answer(await health()) },
            Route(.get, "/health", "health") { _ in .answer(await health()) },
            Route(.get, "/api/v1/instance_configuration", "getInstanceConfiguration") { _ in
                .answer(try await configuration())
            },
        ]
    }

    /// Answers 200 in either case, as Airbyte does.
    func health() async -> JSON { ["available": .bool(await services.isHealthy)] }

    func configuration() async throws -> JSON {
        let workspace = try await services.database.read { try $0.workspaces().first }
        return [
            "edition": "community",
            "version": .string(services.version),
            "licenseStatus": "pro",
            "auth": ["mode": .string(services.isNoAuth ? "none" : "simple")],
            "airbyteUrl": .string(services.address),
            "initialSetupComplete": .bool(workspace?.initialSetupComplete ?? false),
            "defaultUserId": .string(UUID.zero.description),
            "defaultOrganizationId": .string((workspace?.organizationID ?? .zero).description),
            "defaultOrganizationEmail": .string(workspace?.email ?? ""),
            "defaultWorkspaceId": .string((workspace?.id.uuid ?? .zero).description),
            "trackingStrategy": "logging",
        ]
    }
}

extension APIServices {
    /// Whether the store can be reached and has its tables.
    var isHealthy: Bool {
        get async { (try? await database.read { _ = try $0.workspaces() }) != nil }
    }
}
