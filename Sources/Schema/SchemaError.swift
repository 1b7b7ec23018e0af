/// Why a database's schema cannot be used; `message` says what to do.
package struct SchemaError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// Migrations have not been applied yet.
        case behind
        /// A newer version of the programs has migrated the database.
        case newer
        /// A migration that was applied reads differently in this version.
        case changed
    }

    package let code: Code
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
