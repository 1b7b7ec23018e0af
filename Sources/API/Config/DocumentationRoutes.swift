import Airbyte
import HTTP
import JSON
import Model
import SQL
import Store

/// `/api/v1/connector_documentation/get`: what the specification says, for people.
struct DocumentationRoutes: Sendable {
    let services: APIServices

    var routes: [Route] { [.config("connector_documentation/get", "getConnectorDocumentation", get)] }

    private func get(_ body: Body) async throws -> JSON {
        let kind: ConnectorKind = try body.required("actorType")
        let id: DefinitionID = try body.required("actorDefinitionId")
        let workspace: WorkspaceID = try body.required("workspaceId")
        let definition = try await services.database.read { try $0.definition(kind, id, for: workspace) }
        return ["doc": .string(definition.documentation)]
    }
}

extension ConnectorDefinition {
    /// Markdown: the name, where to read more, and what can be configured.
    fileprivate var documentation: String {
        let address = documentationURL ?? specification.documentationURL
        let schema = specification.connectionSpecification
        let required = Set((schema["required"]?.arrayValue ?? []).compactMap(\.stringValue))
        let members = (schema["properties"]?.objectValue ?? JSONObject()).map { name, member in
            let title = member["title"]?.stringValue ?? name
            let about = [required.contains(name) ? "required" : nil, member["description"]?.stringValue]
                .compactMap(\.self).joined(separator: "; ")
            return "- **\(title)** (`\(name)`)" + (about.isEmpty ? "" : ": \(about)")
        }
        var parts = ["# \(name)"]
        if let address { parts.append("Documentation: <\(address)>") }
        if !members.isEmpty { parts.append("## Configuration\n\n" + members.joined(separator: "\n")) }
        return parts.joined(separator: "\n\n") + "\n"
    }
}
