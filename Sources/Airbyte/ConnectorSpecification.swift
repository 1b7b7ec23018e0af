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
    /// The forms of row blocks that the connector sends or takes; none but for native ones.
    package var rowBlocks: [String] {
        json[RowBlock.specificationMember]?.arrayValue?.compactMap(\.stringValue) ?? []
    }
    /// A spec that names no version speaks 0.2.0 (protocol.md 1.12).
    package var protocolVersion: String { json["protocol_version"]?.stringValue ?? ProtocolVersion.unnamed.description }
}
