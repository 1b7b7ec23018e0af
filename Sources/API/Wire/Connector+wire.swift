import JSON
import Model
import Secrets

extension Connector {
    /// The connector with its secrets masked.
    func wire(_ definition: ConnectorDefinition) -> JSON {
        var members: JSONObject = [
            kind.idKey: .id(id),
            kind.definitionIDKey: .id(definitionID),
            "workspaceId": .id(workspaceID),
            "connectionConfiguration": SecretVault.masked(configuration),
            "name": .string(name),
            kind.nameKey: .string(definition.name),
            "createdAt": .seconds(createdAt),
            "isVersionOverrideApplied": false,
            "isEntitled": true,
            "supportState": "supported",
        ]
        members["icon"] = definition.icon.map(JSON.string)
        return .object(members)
    }
}
