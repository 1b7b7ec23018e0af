import HTTP
import JSON
import Model
import SQL
import Store

/// `/api/v1/workspaces`.
struct WorkspaceRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            .config("workspaces/list", "listWorkspaces", list),
            .config("workspaces/get", "getWorkspace", get),
        ]
    }

    func list(_ body: Body) async throws -> JSON {
        let workspaces = try await services.database.read { try $0.workspaces() }
        return ["workspaces": .array(workspaces.map(\.wire))]
    }

    func get(_ body: Body) async throws -> JSON {
        let id: WorkspaceID = try body.required("workspaceId")
        return try await services.database.read { try $0.workspace(id).wire }
    }
}
