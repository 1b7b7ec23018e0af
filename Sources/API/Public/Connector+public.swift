import JSON
import Model
import Secrets

extension ConnectorKind {
    /// The member in which clients name the kind of connector: `sourceType`.
    var typeKey: String { "\(self)Type" }
}

extension Connector {
    /// The public API's shape, secrets masked. A destination's configuration repeats its type, by which the Python client
    /// chooses how to read it; a source's must not, for that client fails on types that it does not know.
    func publicWire(_ definition: ConnectorDefinition) -> JSON {
        let type = definition.shortName
        var configuration = SecretVault.masked(configuration)
        if kind == .destination, !type.isEmpty { configuration[kind.typeKey] = .string(type) }
        return [
            kind.idKey: .id(id),
            "name": .string(name),
            kind.typeKey: .string(type),
            "definitionId": .id(definitionID),
            "workspaceId": .id(workspaceID),
            "configuration": configuration,
            "createdAt": .seconds(createdAt),
        ]
    }
}
