import Airbyte
import HTTP
import JSON
import Model
import SQL
import Store

/// `/api/v1/actor_definition_versions`: the versions of definitions of either kind.
struct DefinitionVersionRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            .config("actor_definition_versions/get_default", "getActorDefinitionVersionDefault", ofDefinition),
            .config("actor_definition_versions/resolve", "resolveActorDefinitionVersionByTag", resolve),
        ]
    }

    private func ofDefinition(_ body: Body) async throws -> JSON {
        let id: DefinitionID = try body.required("actorDefinitionId")
        return try await services.database.read { session in
            let source = try? session.definition(.source, id)
            return try (source ?? session.definition(.destination, id)).versionWire
        }
    }

    /// Only the version that the definition stands at is known; another is found by updating the definition.
    private func resolve(_ body: Body) async throws -> JSON {
        let id: DefinitionID = try body.required("actorDefinitionId")
        let kind: ConnectorKind = try body.required("actorType")
        let tag: String = try body.required("dockerImageTag")
        let definition = try await services.database.read { try $0.definition(kind, id) }
        guard tag == definition.tag else {
            throw Problem(
                notFound: "version", id: tag,
                "\(definition.name) stands at \(definition.tag); update the definition to try \(tag.prefix(100)).")
        }
        return [
            "versionId": .id(definition.id), "dockerRepository": .string(definition.repository),
            "dockerImageTag": .string(definition.tag), "supportRefreshes": .bool(definition.supportsRefreshes),
            "supportFileTransfer": false, "supportDataActivation": false,
        ]
    }
}

extension ConnectorDefinition {
    var versionWire: JSON {
        [
            "dockerRepository": .string(repository), "dockerImageTag": .string(tag),
            "supportsRefreshes": .bool(supportsRefreshes), "isVersionOverrideApplied": false,
            "supportLevel": isCustom ? "none" : "certified", "supportState": "supported", "supportsFileTransfer": false,
            "supportsDataActivation": false,
        ]
    }
}
