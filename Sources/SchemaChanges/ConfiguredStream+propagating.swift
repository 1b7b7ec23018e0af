import Airbyte

extension ConfiguredStream {
    /// The stream as it is read after the source's changes; how it is read and written stays.
    ///
    /// - Parameters:
    ///   - fields: what the diff says of its fields.
    ///   - isSelection: only the fields of the configured schema are kept; new top-level ones join them (protocol.md 5.4).
    func propagating(_ fields: [FieldTransform], of stream: AirbyteStream, isSelection: Bool) -> ConfiguredStream {
        let needed = neededFields(of: stream)
        var copy = self
        copy.stream = stream
        if isSelection {
            var kept = Set(self.stream.fieldNames)
            for field in fields where field.path.count == 1 {
                if case .added = field.change { kept.formUnion(field.path) }
            }
            kept.formUnion(needed.compactMap(\.first))
            copy.stream = stream.selecting(kept)
        }
        // The source's own key overrides (protocol.md 5.6).
        if let key = stream.sourceDefinedPrimaryKey, !key.isEmpty { copy.primaryKey = key }
        // A stream that does without them must not name fields that are gone.
        let schema = copy.stream.jsonSchema
        func isGone(_ path: [String]) -> Bool {
            !needed.contains(path) && SchemaFields.field(at: path, of: schema) == nil
        }
        if syncMode != .incremental, let cursor = copy.cursorField, isGone(cursor) { copy.cursorField = nil }
        if !destinationSyncMode.isDedup, let key = copy.primaryKey, key.contains(where: isGone) {
            copy.primaryKey = nil
        }
        return copy
    }
}
