/// Why a mapper cannot be carried out (protocol.md 2.11). It is skipped, or its connection refused.
package struct MapperError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// The stream has no such field where the mapper's turn comes.
        case fieldNotFound = "FIELD_NOT_FOUND"
        /// The field that the mapper would add is there already.
        case fieldAlreadyExists = "FIELD_ALREADY_EXISTS"
        /// There is no mapper of that name.
        case missingMapper = "MISSING_MAPPER"
        /// The mapper's configuration does not say what it must.
        case invalidConfig = "INVALID_MAPPER_CONFIG"
    }

    package let code: Code
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
