/// Why a configuration's secrets cannot be kept.
package struct SecretError: Error, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
