package import JSON

/// A stream as a source's `discover` describes it.
package struct AirbyteStream: Sendable, Hashable, Codable {
    package var name: String
    package var namespace: String?
    package var jsonSchema: JSON
    package var supportedSyncModes: [SyncMode]
    package var sourceDefinedCursor: Bool?
    package var defaultCursorField: [String]?
    package var sourceDefinedPrimaryKey: [[String]]?
    package var isResumable: Bool?
    package var isFileBased: Bool?

    package init(
        name: String, namespace: String? = nil, jsonSchema: JSON, supportedSyncModes: [SyncMode] = [.fullRefresh],
        sourceDefinedCursor: Bool? = nil, defaultCursorField: [String]? = nil,
        sourceDefinedPrimaryKey: [[String]]? = nil, isResumable: Bool? = nil, isFileBased: Bool? = nil
    ) {
        self.name = name
        self.namespace = namespace
        self.jsonSchema = jsonSchema
        self.supportedSyncModes = supportedSyncModes
        self.sourceDefinedCursor = sourceDefinedCursor
        self.defaultCursorField = defaultCursorField
        self.sourceDefinedPrimaryKey = sourceDefinedPrimaryKey
        self.isResumable = isResumable
        self.isFileBased = isFileBased
    }

    package var descriptor: StreamDescriptor { StreamDescriptor(name: name, namespace: namespace) }

    enum CodingKeys: String, CodingKey {
        case name, namespace
        case jsonSchema = "json_schema"
        case supportedSyncModes = "supported_sync_modes"
        case sourceDefinedCursor = "source_defined_cursor"
        case defaultCursorField = "default_cursor_field"
        case sourceDefinedPrimaryKey = "source_defined_primary_key"
        case isResumable = "is_resumable"
        case isFileBased = "is_file_based"
    }

    /// Old sources leave the modes out; that means full refresh (protocol.md 11.2).
    package init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        name = try members.decode(String.self, forKey: .name)
        namespace = try members.decodeIfPresent(String.self, forKey: .namespace)
        jsonSchema = try members.decodeIfPresent(JSON.self, forKey: .jsonSchema) ?? [:]
        supportedSyncModes =
            try members.decodeIfPresent([SyncMode].self, forKey: .supportedSyncModes) ?? [.fullRefresh]
        sourceDefinedCursor = try members.decodeIfPresent(Bool.self, forKey: .sourceDefinedCursor)
        defaultCursorField = try members.decodeIfPresent([String].self, forKey: .defaultCursorField)
        sourceDefinedPrimaryKey = try members.decodeIfPresent([[String]].self, forKey: .sourceDefinedPrimaryKey)
        isResumable = try members.decodeIfPresent(Bool.self, forKey: .isResumable)
        isFileBased = try members.decodeIfPresent(Bool.self, forKey: .isFileBased)
    }
}

/// What `discover` answers.
package struct AirbyteCatalog: Sendable, Hashable, Codable {
    package var streams: [AirbyteStream]

    package init(streams: [AirbyteStream]) { self.streams = streams }
}
