import SQL

/// A table, named as the database is to know it.
package struct TableName: Hashable, Sendable {
    /// Nil where the database has no schemas.
    package let schema: String?
    package let name: String

    package init(schema: String? = nil, name: String) {
        self.schema = schema
        self.name = name
    }

    /// The name in double quotes, as standard SQL wants it.
    package var quoted: String {
        schema.map { "\(quote($0)).\(quote(name))" } ?? quote(name)
    }
}

/// A name in double quotes, fit to be spliced into SQL.
package func quote(_ identifier: String) -> String { SQLText.identifier(identifier) }

/// A text as SQL writes it, whatever the server makes of backslashes.
package func literal(_ text: String) -> String { SQLText.literal(text) }
