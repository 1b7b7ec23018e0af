package import Airbyte

/// What a source offers together with what a connection has chosen of it, for a person to choose anew (protocol.md 5.6).
package struct CatalogMerge: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        /// The stream as discovered, with its whole schema, and how it is, or would be, read and written.
        package var stream: ConfiguredStream
        package var isSelected: Bool
        /// The top-level fields that are kept, in the discovered order; nil where all are.
        package var selectedFields: [String]?
    }

    /// In the order in which the source names them; streams that it does not have any more are gone.
    package var entries: [Entry]

    /// - Parameters:
    ///   - fieldSelection: the streams of which only the fields of the configured schema are kept.
    ///   - destinationModes: what the destination's specification lists; an empty list says nothing.
    package init(
        of discovered: AirbyteCatalog, into configured: ConfiguredCatalog,
        fieldSelection: Set<StreamDescriptor> = [], destinationModes: [DestinationSyncMode] = []
    ) {
        let chosen = configured.byDescriptor
        var seen: Set<StreamDescriptor> = []
        entries = discovered.streams.filter { seen.insert($0.descriptor).inserted }.map { stream in
            guard let own = chosen[stream.descriptor] else {
                return Entry(proposing: stream, destinationModes: destinationModes)
            }
            return Entry(own, offered: stream, isSelection: fieldSelection.contains(stream.descriptor))
        }
    }
}

extension CatalogMerge.Entry {
    fileprivate init(proposing stream: AirbyteStream, destinationModes: [DestinationSyncMode]) {
        let proposed = ConfiguredStream(proposing: stream, destination: destinationModes)
        self.init(stream: proposed, isSelected: false, selectedFields: nil)
    }

    /// The configuration is kept, but for a key or a cursor that the source itself defines. A cursor that is gone is kept
    /// too: whoever chose it must hear of it and choose another.
    fileprivate init(_ configured: ConfiguredStream, offered: AirbyteStream, isSelection: Bool) {
        var copy = configured
        copy.stream = offered
        if let key = offered.sourceDefinedPrimaryKey, !key.isEmpty { copy.primaryKey = key }
        if offered.sourceDefinedCursor == true || configured.cursorField?.isEmpty ?? true {
            copy.cursorField = offered.defaultCursorField ?? configured.cursorField
        }
        let kept = Set(configured.stream.fieldNames)
        self.init(
            stream: copy, isSelected: true,
            selectedFields: isSelection ? offered.fieldNames.filter(kept.contains) : nil)
    }
}
