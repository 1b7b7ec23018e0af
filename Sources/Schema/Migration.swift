package import SQL

/// One forward step of the schema; its number and text never change once released.
package struct Migration: Sendable {
    package let number: Int
    package let name: String
    /// The statements, separated by `;`, for one dialect. No statement may hold a `;` of its own.
    package let sql: @Sendable (Dialect) -> String

    package init(_ number: Int, _ name: String, sql: @escaping @Sendable (Dialect) -> String) {
        self.number = number
        self.name = name
        self.sql = sql
    }
}
