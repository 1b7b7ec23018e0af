package import Airbyte
import JSON

extension AirbyteCatalog {
    /// The catalog with the configuration that Airbyte proposes for each stream.
    var wire: JSON {
        let isSingle = streams.count == 1
        let entries = streams.map { stream in
            ConfiguredStream(proposing: stream).wire(isSelected: isSingle, isSuggested: isSingle)
        }
        return ["streams": .array(entries)]
    }
}

extension ConfiguredStream {
    /// Incremental and deduplicated where the source itself defines cursor and key; else read in full (api.md 3.5).
    package init(proposing stream: AirbyteStream) {
        let key = stream.sourceDefinedPrimaryKey ?? []
        let hasCursor = stream.sourceDefinedCursor == true && stream.supportedSyncModes.contains(.incremental)
        let modes: (SyncMode, DestinationSyncMode) =
            if hasCursor && !key.isEmpty {
                (.incremental, .appendDedup)
            } else if hasCursor && !stream.supportedSyncModes.contains(.fullRefresh) {
                (.incremental, .append)
            } else {
                (.fullRefresh, .overwrite)
            }
        self.init(
            stream: stream, syncMode: modes.0, destinationSyncMode: modes.1, cursorField: stream.defaultCursorField,
            primaryKey: key)
    }
}
