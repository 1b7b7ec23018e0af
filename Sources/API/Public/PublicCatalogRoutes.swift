import Access
import HTTP
import JSON
import Model
import Posix
import SQL
import Store
import Time

/// What the public API says of the installation: `/connector_definitions`, `/regions`, and where its description is.
struct PublicCatalogRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            Route(.get, Interface.publicPrefix + "/connector_definitions", "public.listConnectorDefinitions") {
                request in
                .answer(try await definitions(request.query, request.caller))
            },
            Route(.get, Interface.publicPrefix + "/regions", "public.listRegions") { request in
                .answer(try await regions(request.query, request.caller))
            },
            Route(.get, "/api/public", "public.getDocumentation") { _ in
                HTTPResponse(200, headers: ["Content-Type": "text/html; charset=utf-8"], body: Array(Self.page.utf8))
            },
        ]
    }

    private static let page = """
        <!doctype html><title>Swiftlet</title>
        <p>The API is described in <a href="/api/v1/openapi">/api/v1/openapi</a>, as OpenAPI.</p>

        """

    private func definitions(_ query: HTTPQuery, _ caller: Caller) async throws -> JSON {
        guard let kind: ConnectorKind = try query.read("type") else { throw Problem.missing("type") }
        let workspace: WorkspaceID? = try query.read("workspaceId")
        let definitions = try await services.database.read { session in
            if let workspace { _ = try session.workspace(workspace) }
            return try session.definitions(kind, workspace: workspace)
        }
        let visible = definitions.filter { definition in
            guard let owner = definition.workspaceID, let workspaces = caller.visibleWorkspaces else { return true }
            return workspaces.contains(owner)
        }
        return [
            "data": .array(
                visible.map { definition in
                    [
                        "id": .string(definition.id.description), "name": .string(definition.name),
                        "connectorDefinitionType": .string(kind.rawValue), "version": .string(definition.tag),
                    ]
                })
        ]
    }

    /// There is one, which workspaces call `auto`: this installation.
    private func regions(_ query: HTTPQuery, _ caller: Caller) async throws -> JSON {
        let asked: UUID? = try query.read("organizationId")
        let (organizations, since) = try await services.database.read { session in
            (try session.organizations(), try session.workspaces().first?.createdAt)
        }
        let time = JSON.string((since ?? services.clock.now).iso8601)
        let own = organizations.filter { organization in
            caller.role(inOrganization: organization.id) != nil && (asked ?? organization.id) == organization.id
        }
        return [
            "data": .array(
                own.map { organization in
                    [
                        "regionId": .string(UUID.zero.description), "name": "auto",
                        "organizationId": .string(organization.id.description), "enabled": true, "createdAt": time,
                        "updatedAt": time,
                    ]
                })
        ]
    }
}
