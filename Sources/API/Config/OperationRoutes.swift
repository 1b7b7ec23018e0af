import HTTP
import HTTPClient
import JSON
import Model
import SQL
import Store
import Sync
import Time

/// `/api/v1/operations`: what is called after a sync that succeeded.
struct OperationRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            .config("operations/check", "checkOperation", check),
            .config("operations/create", "createOperation", create),
            .config("operations/update", "updateOperation", update),
            .config("operations/list", "listOperationsForConnection", list),
            .config("operations/get", "getOperation", get),
            .config("operations/delete", "deleteOperation", delete),
        ]
    }

    /// Looks at the configuration; calls nothing.
    func check(_ body: Body) async throws -> JSON {
        let configuration = try Operation.Configuration(wire: body)
        do {
            try configuration.validate()
            return ["status": "succeeded"]
        } catch let error as HTTPCallError {
            return ["status": "failed", "message": .string(error.message)]
        }
    }

    func create(_ body: Body) async throws -> JSON {
        let workspace: WorkspaceID = try body.required("workspaceId")
        let (name, configuration) = try content(body)
        let now = services.clock.now
        let operation = Operation(
            workspaceID: workspace, name: name, configuration: configuration, createdAt: now, updatedAt: now)
        return try await services.database.write { session in
            try session.checkWebhook(of: operation)
            try session.insert(operation)
            return operation.wire
        }
    }

    func update(_ body: Body) async throws -> JSON {
        let id: OperationID = try body.required("operationId")
        let (name, configuration) = try content(body)
        let now = services.clock.now
        return try await services.database.write { session in
            var operation = try session.operation(id)
            operation.name = name
            operation.configuration = configuration
            operation.updatedAt = now
            try session.checkWebhook(of: operation)
            try session.update(operation)
            return operation.wire
        }
    }

    func list(_ body: Body) async throws -> JSON {
        let id: ConnectionID = try body.required("connectionId")
        let operations = try await services.database.read { session in
            try session.operations(session.connection(id).operationIDs)
        }
        return ["operations": .array(operations.map(\.wire))]
    }

    func get(_ body: Body) async throws -> JSON {
        let id: OperationID = try body.required("operationId")
        return try await services.database.read { try $0.operation(id).wire }
    }

    /// Takes the operation off its connections too.
    func delete(_ body: Body) async throws {
        let id: OperationID = try body.required("operationId")
        try await services.database.write { session in
            let workspace = try session.operation(id).workspaceID
            for named in try session.connections(workspace: workspace) where named.operationIDs.contains(id) {
                var connection = try session.lockedConnection(named.id)
                connection.operationIDs.removeAll { $0 == id }
                try session.update(connection)
            }
            try session.deleteOperation(id)
        }
    }

    private func content(_ body: Body) throws -> (String, Operation.Configuration) {
        guard let name = try body.name("name") else { throw Problem.missing("name") }
        let configuration = try Operation.Configuration(wire: body.required("operatorConfiguration"))
        try configuration.validate()
        return (name, configuration)
    }
}

extension Session {
    /// Throws 404 where there is no such operation in the workspace.
    func operation(_ id: OperationID, of workspace: WorkspaceID) throws {
        guard try operation(id).workspaceID == workspace else { throw StoreError.notFound("operation", id) }
    }

    /// Throws 422 where the operation names a webhook configuration that its workspace does not have.
    func checkWebhook(of operation: Operation) throws {
        let webhooks = try workspace(operation.workspaceID).webhooks
        guard let id = operation.configuration.webhook?.webhookConfigId else { return }
        guard webhooks.contains(where: { $0.id == id }) else {
            throw Problem.unprocessable(
                "operatorConfiguration.webhook.webhookConfigId names none of the workspace's webhookConfigs.")
        }
    }
}
