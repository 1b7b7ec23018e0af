import Crypto
import HTTP
import JSON
import Model
import Posix
import SQL
import Store
import Time

/// What clients ask of an installation before they show anything: its name, what it was bought with and where it runs.
struct DeploymentRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            Route(.post, "/api/v1/deployment/metadata", "getDeploymentMetadata") { _ in .answer(try await metadata()) },
            .config("entitlements/get_entitlements", "getEntitlements", entitlements),
            .config("dataplane_group/list", "listDataplaneGroups", dataplaneGroups),
        ]
    }

    /// The first workspace is made with the installation, so what its id comes to tells installations apart.
    private func metadata() async throws -> JSON {
        let first = try await services.database.read { try $0.workspaces().first }
        let digits = Array(SHA256(of: Array("deployment:\(first?.id.description ?? "")".utf8)).description)
        let id = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
        return ["id": .string(id), "mode": "OSS", "version": .string(services.version)]
    }

    /// Nothing is sold here.
    private func entitlements(_ body: Body) async throws -> JSON {
        let organization: UUID = try body.required("organization_id")
        _ = try await services.database.read { try $0.organization(organization, visibleTo: body.caller) }
        return ["entitlements": []]
    }

    /// The one group that there is: this installation's own workers.
    private func dataplaneGroups(_ body: Body) async throws -> JSON {
        let id: UUID = try body.required("organization_id")
        let (organization, since) = try await services.database.read { session in
            (try session.organization(id, visibleTo: body.caller), try session.workspaces().first?.createdAt)
        }
        let time = JSON.string((since ?? services.clock.now).iso8601)
        return [
            "dataplaneGroups": [
                [
                    "name": "auto", "dataplane_group_id": .string(UUID.zero.description),
                    "organization_id": .string(organization.id.description), "enabled": true, "created_at": time,
                    "updated_at": time, "dataplanes": [],
                ]
            ]
        ]
    }
}
