/// A column of a result as the server describes it.
package struct PostgresColumn: Sendable, Hashable {
    package let name: String
    /// The object id of its type.
    package let type: UInt32
    /// What the type's parameters are packed into, such as the precision; -1 for none.
    package let modifier: Int32
}
