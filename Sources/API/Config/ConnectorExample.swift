import JSON
import Model
import Secrets

/// What a search looks for; what the body leaves out may be anything.
struct ConnectorExample: Sendable {
    private let id: ConnectorID?
    private let definition: DefinitionID?
    private let workspace: WorkspaceID?
    private let name: String?
    private let definitionName: String?
    private let configuration: JSONObject?

    init(_ kind: ConnectorKind, _ body: Body) throws {
        id = try body.optional(kind.idKey)
        definition = try body.optional(kind.definitionIDKey)
        workspace = try body.optional("workspaceId")
        name = try body.optional("name")
        definitionName = try body.optional(kind.nameKey)
        configuration = try body.optional("connectionConfiguration")
    }

    func covers(_ id: WorkspaceID) -> Bool { workspace == nil || workspace == id }

    func fits(_ connector: Connector, _ own: ConnectorDefinition) -> Bool {
        if let id, id != connector.id { return false }
        if let definition, definition != connector.definitionID { return false }
        if let name, name != connector.name { return false }
        if let definitionName, definitionName != own.name { return false }
        guard let configuration else { return true }
        return SecretVault.masked(connector.configuration).holds(.object(configuration))
    }
}

extension JSON {
    /// Whether every member of the example stands here too.
    fileprivate func holds(_ example: JSON) -> Bool {
        guard case .object(let members) = example, objectValue != nil else { return self == example }
        return members.allSatisfy { member in self[member.key]?.holds(member.value) ?? false }
    }
}
