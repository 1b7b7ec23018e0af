/// One stream of the catalog that a connector is started with.
package struct ConfiguredStream: Sendable, Hashable, Codable {
    package var stream: AirbyteStream
    package var syncMode: SyncMode
    package var destinationSyncMode: DestinationSyncMode
    package var cursorField: [String]?
    package var primaryKey: [[String]]?
    package var generationID: Int64?
    package var minimumGenerationID: Int64?
    package var syncID: Int64?
    /// The object of the destination that the stream is written into, where it has such.
    package var destinationObjectName: String?

    package init(
        stream: AirbyteStream, syncMode: SyncMode, destinationSyncMode: DestinationSyncMode,
        cursorField: [String]? = nil, primaryKey: [[String]]? = nil, generationID: Int64? = nil,
        minimumGenerationID: Int64? = nil, syncID: Int64? = nil, destinationObjectName: String? = nil
    ) {
        self.stream = stream
        self.syncMode = syncMode
        self.destinationSyncMode = destinationSyncMode
        self.cursorField = cursorField
        self.primaryKey = primaryKey
        self.generationID = generationID
        self.minimumGenerationID = minimumGenerationID
        self.syncID = syncID
        self.destinationObjectName = destinationObjectName
    }

    package var descriptor: StreamDescriptor { stream.descriptor }

    /// The cursor that holds: the source's own, else the configured one, else the stream's default (protocol.md 1.1).
    package var effectiveCursor: [String]? {
        let own = stream.sourceDefinedCursor == true ? stream.defaultCursorField : nil
        return [own, cursorField, stream.defaultCursorField].compactMap { $0 }.first { !$0.isEmpty }
    }

    /// The configured key, else the source's own; empty where there is none.
    package var effectivePrimaryKey: [[String]] {
        if let primaryKey, !primaryKey.isEmpty { return primaryKey }
        return stream.sourceDefinedPrimaryKey ?? []
    }

    enum CodingKeys: String, CodingKey {
        case stream
        case syncMode = "sync_mode"
        case destinationSyncMode = "destination_sync_mode"
        case cursorField = "cursor_field"
        case primaryKey = "primary_key"
        case generationID = "generation_id"
        case minimumGenerationID = "minimum_generation_id"
        case syncID = "sync_id"
        case destinationObjectName = "destination_object_name"
    }
}

/// The catalog that a connector is started with.
package struct ConfiguredCatalog: Sendable, Hashable, Codable {
    package var streams: [ConfiguredStream]

    package init(streams: [ConfiguredStream]) { self.streams = streams }
}
