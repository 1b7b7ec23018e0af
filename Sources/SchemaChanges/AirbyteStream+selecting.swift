package import Airbyte
import JSON

extension AirbyteStream {
    /// The top-level fields that its schema names, in order.
    package var fieldNames: [String] { jsonSchema["properties"]?.objectValue?.keys ?? [] }

    /// The stream with those top-level fields only.
    package func selecting(_ names: Set<String>) -> AirbyteStream {
        var copy = self
        if let properties = jsonSchema["properties"]?.objectValue {
            copy.jsonSchema["properties"] = .object(
                JSONObject(properties.filter { names.contains($0.key) }.map { ($0.key, $0.value) }))
        }
        if let required = jsonSchema["required"]?.arrayValue {
            copy.jsonSchema["required"] = .array(required.filter { names.contains($0.stringValue ?? "") })
        }
        return copy
    }
}
