package import Airbyte

extension ConfiguredStream {
    /// A stream that the source has come to offer, with the modes that it begins with (protocol.md 5.4).
    ///
    /// Nil where source and destination have no modes in common that the stream's cursor and key allow.
    ///
    /// - Parameter supported: the destination's modes; an empty list says nothing.
    package init?(adding stream: AirbyteStream, destination supported: [DestinationSyncMode]) {
        let key = stream.sourceDefinedPrimaryKey ?? []
        let reads = stream.supportedSyncModes.isEmpty ? [.fullRefresh] : stream.supportedSyncModes
        let writes = supported.isEmpty ? DestinationSyncMode.allCases : supported
        let hasCursor = stream.sourceDefinedCursor == true
        let wish: (SyncMode, DestinationSyncMode) =
            if hasCursor, !key.isEmpty {
                (.incremental, .appendDedup)
            } else if hasCursor, !reads.contains(.fullRefresh) {
                (.incremental, .append)
            } else {
                (.fullRefresh, .overwrite)
            }
        let listed = reads.flatMap { read in writes.map { (read, $0) } }
        let choice = ([wish, (.fullRefresh, .overwrite)] + listed).first { read, write in
            reads.contains(read) && writes.contains(write)
                && (read == .fullRefresh || hasCursor || stream.defaultCursorField?.isEmpty == false)
                && (!write.isDedup || !key.isEmpty)
        }
        guard let choice else { return nil }
        self.init(
            stream: stream, syncMode: choice.0, destinationSyncMode: choice.1, cursorField: stream.defaultCursorField,
            primaryKey: key)
    }
}
