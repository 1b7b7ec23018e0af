import Airbyte
import JSON
import Model

extension ConnectorDefinition {
    var wire: JSON {
        var members: JSONObject = [
            kind.definitionIDKey: .id(id),
            "name": .string(name),
            "dockerRepository": .string(repository),
            "dockerImageTag": .string(tag),
            "documentationUrl": .string(documentationURL ?? specification.documentationURL ?? ""),
            "protocolVersion": .string(specification.protocolVersion),
            "custom": .bool(isCustom),
            "enterprise": false,
            "supportLevel": isCustom ? "none" : "certified",
            "releaseStage": isCustom ? "custom" : "generally_available",
        ]
        members["icon"] = icon.map(JSON.string)
        members["resourceRequirements"] = resources.wire
        switch kind {
        case .source:
            if isCustom { members["sourceType"] = "custom" }
        case .destination:
            members["supportsDataActivation"] = false
            // Older Dagster reads it without asking whether it is there.
            members["normalizationConfig"] = ["supported": false]
        }
        return .object(members)
    }

    /// What the connector's `spec` said, in the interface's words.
    var specificationWire: JSON {
        var members: JSONObject = [
            kind.definitionIDKey: .id(id),
            "documentationUrl": .string(documentationURL ?? specification.documentationURL ?? ""),
            "connectionSpecification": specification.connectionSpecification,
            "jobInfo": specificationCall,
        ]
        if kind == .destination {
            members["supportedDestinationSyncModes"] = .strings(specification.supportedDestinationSyncModes)
            members["supportsNormalization"] = false
            members["supportsDbt"] = false
        }
        return .object(members)
    }

    /// The specification was read when the definition was made; like Airbyte, call that a job at the epoch.
    private var specificationCall: JSON {
        [
            "id": .id(id), "configType": "get_spec", "configId": .id(id), "createdAt": 0, "endedAt": 0,
            "succeeded": true, "connectorConfigurationUpdated": false, "logType": "formatted",
            "logs": ["logLines": []],
        ]
    }
}
