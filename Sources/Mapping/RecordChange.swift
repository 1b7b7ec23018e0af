/// What a mapper had to do to a value: an entry of a record's `meta.changes` (protocol.md 1.3).
package struct RecordChange: Sendable, Hashable {
    package enum Kind: String, Sendable { case nulled = "NULLED" }
    package enum Reason: String, Sendable { case platformSerializationError = "PLATFORM_SERIALIZATION_ERROR" }

    package let field: String
    package let change: Kind
    package let reason: Reason

    package init(field: String, change: Kind = .nulled, reason: Reason = .platformSerializationError) {
        self.field = field
        self.change = change
        self.reason = reason
    }
}
