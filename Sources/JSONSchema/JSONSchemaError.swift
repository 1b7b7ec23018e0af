/// Why a schema, or a value against it, cannot be judged.
package struct JSONSchemaError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// The schema cannot be read.
        case unreadable
        /// To tell would take too long or nest too deep.
        case exhausted
    }

    package let code: Code
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
