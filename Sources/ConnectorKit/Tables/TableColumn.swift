/// A column of a typed table.
package struct TableColumn: Sendable, Hashable {
    package let name: String
    /// The record's member it is filled from.
    package let field: String
    package var type: ColumnType

    package init(name: String, field: String, type: ColumnType) {
        self.name = name
        self.field = field
        self.type = type
    }
}
