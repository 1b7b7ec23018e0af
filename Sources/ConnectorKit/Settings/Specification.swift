package import Airbyte
package import JSON

/// Makes a connector's specification from its settings.
package enum Specification {
    package static func source(
        _ settings: (some ConnectorSettings).Type, title: String, documentation: String
    ) -> JSON {
        var specification = general(settings, title, documentation)
        specification["supportsIncremental"] = true
        return specification
    }

    /// Of a destination that takes records in `modes`.
    ///
    /// - Parameter resumes: that it writes by a `TableLoader`, which takes back what no saved state covers.
    package static func destination(
        _ settings: (some ConnectorSettings).Type, title: String, documentation: String,
        modes: [DestinationSyncMode] = [.overwrite, .append, .appendDedup], resumes: Bool = false
    ) -> JSON {
        var specification = general(settings, title, documentation)
        if resumes { specification[ResumePoint.specificationMember] = true }
        specification["supportsIncremental"] = .bool(modes.contains { !$0.isOverwrite })
        specification["supportsNormalization"] = false
        specification["supportsDBT"] = false
        specification["supported_destination_sync_modes"] = .array(modes.map { .string($0.rawValue) })
        return specification
    }

    private static func general(_ settings: (some ConnectorSettings).Type, _ title: String, _ page: String) -> JSON {
        let (properties, required) = settings.schema()
        return [
            "documentationUrl": .string(page),
            "protocol_version": "0.2.0",
            "connectionSpecification": [
                "$schema": "http://json-schema.org/draft-07/schema#",
                "title": .string(title),
                "type": "object",
                "required": required,
                "additionalProperties": true,
                "properties": properties,
            ],
        ]
    }
}
