package import Airbyte
import JSON

extension ConfiguredStream {
    /// An awaited stream as its source offers it, moved as was asked; the source's own cursor and key hold.
    ///
    /// - Parameter isSelection: whether only the fields that were asked for are kept.
    /// - Returns: nil where it cannot be moved so; `fault` says why.
    package func completed(
        by offered: AirbyteStream, isSelection: Bool, fault: inout String?
    ) -> ConfiguredStream? {
        var copy = self
        copy.stream = offered
        if offered.sourceDefinedCursor == true, let own = offered.defaultCursorField, !own.isEmpty {
            copy.cursorField = syncMode == .incremental ? own : nil
        } else if copy.cursorField?.isEmpty != false, syncMode == .incremental {
            copy.cursorField = offered.defaultCursorField
        }
        if let own = offered.sourceDefinedPrimaryKey, !own.isEmpty {
            copy.primaryKey = destinationSyncMode.isDedup || primaryKey?.isEmpty == false ? own : nil
        }
        let modes = offered.supportedSyncModes.isEmpty ? [.fullRefresh] : offered.supportedSyncModes
        if !modes.contains(syncMode) {
            fault = "it cannot be read with the sync mode \(syncMode.rawValue)"
        } else if syncMode == .incremental, offered.sourceDefinedCursor != true, copy.effectiveCursor == nil {
            fault = "it is incremental and has no cursor"
        } else if destinationSyncMode.isDedup, copy.effectivePrimaryKey.allSatisfy(\.isEmpty) {
            fault = "it is deduplicated and has no primary key"
        } else if let gone = asked(copy).first(where: { !offered.has($0) }) {
            fault = "it has no field \(gone.joined(separator: "."))"
        }
        guard fault == nil else { return nil }
        if isSelection {
            let names = Set(stream.fieldNames).union(copy.neededFields(of: offered).compactMap(\.first))
            copy.stream = offered.selecting(names)
        }
        return copy
    }

    private func asked(_ completed: ConfiguredStream) -> [[String]] {
        stream.fieldNames.map { [$0] } + [completed.cursorField ?? []].filter { !$0.isEmpty }
            + (completed.primaryKey ?? []).filter { !$0.isEmpty }
    }
}

extension AirbyteStream {
    /// Whether its schema has the field; one that names no fields says nothing.
    fileprivate func has(_ path: [String]) -> Bool {
        fieldNames.isEmpty || SchemaFields.field(at: path, of: jsonSchema) != nil
    }
}
