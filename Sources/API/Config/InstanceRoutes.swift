import Access
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
            Route(.get, "/api/v1/instance_configuration", "getInstanceConfiguration") { request in
                .answer(try await configuration(request.origin))
            },
        ]
    }

    /// Answers 200 in either case, as Airbyte does.
    func health() async -> JSON { ["available": .bool(await services.isHealthy)] }

    func configuration(_ address: String) async throws -> JSON {
        let workspace = try await services.database.read { try $0.workspaces().first }
        return [
            "edition": "community",
            "version": .string(services.version),
            "licenseStatus": "pro",
            "auth": ["mode": .string(services.access.settings.mode.rawValue)],
            "airbyteUrl": .string(address),
            "initialSetupComplete": .bool(workspace?.initialSetupComplete ?? false),
            "defaultUserId": .string(UUID.zero.description),
            "defaultOrganizationId": .string((workspace?.organizationID ?? .zero).description),
            // An address, so that clients which check it can read the answer.
            "defaultOrganizationEmail": .string(
                workspace?.email.flatMap { $0.isEmpty ? nil : $0 } ?? "admin@localhost"),
            "defaultWorkspaceId": .string((workspace?.id.uuid ?? .zero).description),
            "trackingStrategy": "logging",
        ]
    }
}

extension APIServices {
    /// Whether the store can be reached and has its tables. Other work waits longer for a database that is away; who
    /// asks for health wants to know now.
    var isHealthy: Bool {
        get async {
            let (answers, answer) = AsyncStream.makeStream(of: Bool.self)
            let asking = Task { [database] in
                answer.yield((try? await database.read { _ = try $0.workspaces() }) != nil)
            }
            let waiting = Task {
                try? await Task.sleep(for: .seconds(2))
                answer.yield(false)
            }
            defer {
                asking.cancel()
                waiting.cancel()
            }
            return await answers.first { _ in true } ?? false
        }
    }
}
