package import JSON

/// What a connector's `spec` answers, kept whole.
package struct ConnectorSpecification: Sendable, Hashable {
    package var json: JSON

    package init(json: JSON) { self.json = json }

    /// The JSON schema of the configuration.
    package var connectionSpecification: JSON { json["connectionSpecification"] ?? [:] }
    package var documentationURL: String? { json["documentationUrl"]?.stringValue }
    package var supportedDestinationSyncModes: [String] {
        json["supported_destination_sync_modes"]?.arrayValue?.compactMap(\.stringValue) ?? []
    }

    /// The forms of row blocks that the connector sends or takes with that configuration; none but for native ones. A
    /// form does not hold where the configuration has one of the values that its `unless` names.
    package func rowBlocks(with configuration: JSON) -> [String] {
        (json[RowBlock.specificationMember]?.arrayValue ?? []).compactMap { entry in
            let exceptions = entry["unless"]?.objectValue ?? [:]
            return exceptions.contains { configuration[$0.key] == $0.value } ? nil : entry["form"]?.stringValue
        }
    }

    /// Whether `write` takes the place where an attempt begins; only native destinations do.
    package var resumes: Bool { json[ResumePoint.specificationMember]?.boolValue == true }

    /// A spec that names no version speaks 0.2.0 (protocol.md 1.12).
    package var protocolVersion: String { json["protocol_version"]?.stringValue ?? ProtocolVersion.unnamed.description }
}
