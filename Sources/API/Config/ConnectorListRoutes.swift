import Access
import HTTP
import JSON
import Model
import SQL
import Secrets
import Store

/// Sources or destinations of several workspaces, and those that look like an example.
struct ConnectorListRoutes: Sendable {
    let kind: ConnectorKind
    let services: APIServices

    var routes: [Route] {
        let noun = kind.noun
        // Airbyte names the two differently.
        let paginated = kind == .source ? "listSourcesForWorkspacePaginated" : "listDestinationsForWorkspacesPaginated"
        return [
            .config("\(kind.plural)/list_paginated", paginated, list),
            .config("\(kind.plural)/search", "search\(noun)s", search),
        ]
    }

    /// With `includeDeleted`, also those that are gone, without their configurations.
    private func list(_ body: Body) async throws -> JSON {
        let workspaces: [WorkspaceID] = try body.required("workspaceIds")
        let includesDeleted = try body.optional("includeDeleted", as: Bool.self) ?? false
        let page = try NamedRows(body)
        return try await services.database.read { session in
            let connectors = try workspaces.flatMap { workspace in
                includesDeleted
                    ? try session.connectorsWithTombstones(kind, workspace: workspace)
                    : try session.connectors(kind, workspace: workspace)
            }
            let shown = try page.cut(connectors, name: \.name).map { connector in
                connector.wire(try session.definitionWithTombstone(kind, connector.definitionID))
            }
            return [kind.plural: .array(shown)]
        }
    }

    /// Those that have every value that the body has; of the configuration, a part will do.
    private func search(_ body: Body) async throws -> JSON {
        let example = try ConnectorExample(kind, body)
        return try await services.database.read { session in
            var found: [JSON] = []
            for workspace in try session.workspaces(visibleTo: body.caller) where example.covers(workspace.id) {
                for connector in try session.connectors(kind, workspace: workspace.id) {
                    let definition = try session.definition(of: connector)
                    if example.fits(connector, definition) { found.append(connector.wire(definition)) }
                }
            }
            return [kind.plural: .array(found)]
        }
    }
}
