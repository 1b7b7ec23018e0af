/// What was asked of the store and cannot be.
package struct StoreError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// No such thing.
        case notFound
        /// It clashes with what is there.
        case conflict
        /// What it is asked for it can never do.
        case unsupported
    }

    package let code: Code
    /// The kind of the thing: `source`, `connection`, `job` …
    package let resource: String
    package let id: String
    package let message: String

    package init(_ code: Code, _ resource: String, id: String, _ message: String) {
        self.code = code
        self.resource = resource
        self.id = id
        self.message = message
    }

    package static func notFound(_ resource: String, _ id: some CustomStringConvertible) -> StoreError {
        StoreError(.notFound, resource, id: id.description, "There is no \(resource) with the id \(id).")
    }

    package var description: String { message }
}
