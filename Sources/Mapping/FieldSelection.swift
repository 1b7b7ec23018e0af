package import JSON

/// The top-level fields of a stream's records that go on to the destination (protocol.md 2.9).
package struct FieldSelection: Sendable, Hashable {
    package let fields: Set<String>

    package init(_ fields: some Sequence<String>) { self.fields = Set(fields) }

    /// The fields that a configured stream's schema names.
    package init(schema: JSON) { self.init(schema["properties"]?.objectValue?.keys ?? []) }

    func contains(_ field: String) -> Bool { fields.contains(field) }
}
