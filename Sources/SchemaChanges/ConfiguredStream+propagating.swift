import Airbyte
import JSON

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
            var kept = Set(self.stream.jsonSchema["properties"]?.objectValue?.keys ?? [])
            for field in fields where field.path.count == 1 {
                if case .added = field.change { kept.formUnion(field.path) }
            }
            kept.formUnion(needed.compactMap(\.first))
            copy.stream.jsonSchema = stream.jsonSchema.selecting(kept)
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

extension JSON {
    /// A record's schema with those top-level fields only.
    fileprivate func selecting(_ names: Set<String>) -> JSON {
        var schema = self
        if let properties = schema["properties"]?.objectValue {
            schema["properties"] = .object(
                JSONObject(properties.filter { names.contains($0.key) }.map { ($0.key, $0.value) }))
        }
        if let required = schema["required"]?.arrayValue {
            schema["required"] = .array(required.filter { names.contains($0.stringValue ?? "") })
        }
        return schema
    }
}
