package import JSON

/// The top-level fields of a stream's records that go on to the destination (protocol.md 2.9).
package struct FieldSelection: Sendable, Hashable {
    package let fields: Set<String>

    package init(_ fields: some Sequence<String>) { self.fields = Set(fields) }

    /// The fields that a configured stream's schema names.
    package init(schema: JSON) { self.init(Self.names(in: schema)) }

    /// The names of the schema's properties. One that is called like a keyword of JSON Schema, such as `$id`, may stand
    /// for a field without the sign: it counts as both.
    static func names(in schema: JSON) -> [String] {
        let names = schema["properties"]?.objectValue?.keys ?? []
        let plain = ["id", "comment", "schema"].filter { names.contains("$\($0)") && !names.contains($0) }
        return names + plain
    }

    func contains(_ field: String) -> Bool { fields.contains(field) }
}
