import JSON

/// A stream that a connection was made for before its source was heard of. It stands in the connection's catalog with
/// what was asked of it, and is completed from the source's first catalog before anything is moved.
extension AirbyteStream {
    /// The member of the schema that tells it; no source's schema has it.
    private static let mark = "x-swiftlet-awaited"

    /// - Parameter fields: the fields that are known by name, since somebody asked for them.
    package init(awaited name: String, namespace: String?, fields: [String]) {
        self.init(
            name: name, namespace: namespace,
            jsonSchema: [
                "type": "object", "properties": .object(JSONObject(fields.map { ($0, JSON.object(JSONObject())) })),
                Self.mark: true,
            ])
    }

    package var isAwaited: Bool { jsonSchema[Self.mark] == true }
}
