/// What becomes of a record that does not fit its stream's configured schema, and of changes to that schema.
///
/// A record fits when each of its top-level fields is in the schema's `properties` and has one of the types named there.
package enum SchemaContract: String, Sendable, Hashable, Codable, CaseIterable {
    /// It goes on as it is; changes of the schema are treated as the connection says.
    case evolve
    /// It fails the attempt; the schema stays as it is.
    case freeze
    /// It is rejected, counted and kept aside; the schema stays as it is.
    case discardRow = "discard_row"
    /// What does not fit is left out of it, or nulled, and named in its `meta.changes`; the schema stays as it is.
    case discardValue = "discard_value"
}
