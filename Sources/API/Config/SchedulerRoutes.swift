import Airbyte
import HTTP
import JSON
import Model
import Posix
import SQL
import Secrets
import Store
import Sync

/// `/api/v1/scheduler`: checks of configurations that are not saved, under the names that Airbyte's scheduler had.
struct SchedulerRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            .config("scheduler/sources/check_connection", "executeSourceCheckConnection") { body in
                try await check(.source, body)
            },
            .config("scheduler/destinations/check_connection", "executeDestinationCheckConnection") { body in
                try await check(.destination, body)
            },
            .config("scheduler/sources/discover_schema", "executeSourceDiscoverSchema", discover),
        ]
    }

    private func check(_ kind: ConnectorKind, _ body: Body) async throws -> JSON {
        let core = try await core(kind, body)
        let answer = try await services.calls.check(
            kind, definition: core.definition, configuration: core.configuration, workspace: core.workspace)
        return JSON(present: [
            "status": answer.succeeded.map { $0 ? "succeeded" : "failed" },
            "message": answer.message.map(JSON.string),
            "jobInfo": answer.call.wire(
                kind.checkType, of: core.connector?.id.description, succeeded: answer.succeeded != nil,
                failure: answer.failure),
        ])
    }

    /// Only of a source as it is saved: what is discovered is kept with it.
    func discover(_ body: Body) async throws -> JSON {
        let core = try await core(.source, body)
        guard let source = core.connector else { throw Problem.missing("sourceId") }
        let stored = try await services.database.read { [vault = services.vault] session in
            try vault.hydrate(source.configuration, in: session).configuration
        }
        guard core.configuration == stored else {
            throw Problem.unprocessable(
                "connectionConfiguration differs from what is saved; save the source first, then discover its streams.")
        }
        let answer = try await services.calls.discover(source.id, usesCache: false)
        let found = try await services.database.read { session in
            try answer.catalogID.flatMap { UUID($0) }.map { try session.discoveredCatalog($0) }
        }
        return JSON(present: [
            "catalog": found?.catalog.wire, "catalogId": found.map { .string($0.id.description) },
            "jobInfo": answer.call.wire(
                "discover_schema", of: source.id.description, succeeded: found != nil, failure: answer.failure),
        ])
    }

    private struct Core {
        var connector: Connector?
        var definition: DefinitionID
        /// Secrets stand in plain.
        var configuration: JSON
        var workspace: WorkspaceID
    }

    private func core(_ kind: ConnectorKind, _ body: Body) async throws -> Core {
        let workspace: WorkspaceID = try body.required("workspaceId")
        let name: DefinitionID = try body.required(kind.definitionIDKey)
        let configuration: JSONObject = try body.required("connectionConfiguration")
        let id: ConnectorID? = try body.optional(kind.idKey)
        let (connector, definition) = try await services.database.read { session in
            _ = try session.workspace(workspace)
            return (try id.map { try session.connector(kind, $0) }, try session.definition(kind, name))
        }
        if let connector {
            guard connector.definitionID == name, connector.workspaceID == workspace else {
                throw Problem.badRequest(
                    "The \(kind) \(connector.id) has another definition, or is in another workspace.")
            }
            let plain = try await services.plain(configuration, for: connector)
            return Core(connector: connector, definition: name, configuration: plain, workspace: workspace)
        }
        guard definition.workspaceID == nil || definition.workspaceID == workspace else {
            throw StoreError.notFound("\(kind) definition", name)
        }
        try definition.validate(.object(configuration), with: services)
        return Core(definition: name, configuration: .object(configuration), workspace: workspace)
    }
}
