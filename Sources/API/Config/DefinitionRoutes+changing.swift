import Airbyte
import JSON
import Model
import SQL
import Store

extension DefinitionRoutes {
    func update(_ body: Body) async throws -> JSON {
        let id: DefinitionID = try body.required(kind.definitionIDKey)
        let change = DefinitionChange(name: try body.name("name"), tag: try body.required("dockerImageTag"))
        let workspace: WorkspaceID? = try body.optional("workspaceId")
        if let workspace { _ = try await services.database.read { try $0.definition(kind, id, for: workspace) } }
        return try await change.apply(to: kind, id, for: body.caller, services).wire
    }
}
