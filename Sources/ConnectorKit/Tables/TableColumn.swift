/// A column of a typed table.
package struct TableColumn: Sendable, Hashable {
    package let name: String
    /// The record's member it is filled from.
    package let field: String
    /// What the table has, or is to have.
    package var type: ColumnType
    /// What the stream's schema asks for; the table's own type may be wider.
    package let wanted: ColumnType

    package init(name: String, field: String, type: ColumnType) {
        self.name = name
        self.field = field
        self.type = type
        wanted = type
    }
}
