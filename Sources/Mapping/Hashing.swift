package import Crypto
import JSON

/// Puts the digest of a field's text, in lower-case hexadecimal digits, into another field and removes the field.
package struct Hashing: Sendable, Hashable {
    package let field: String
    package let method: MessageDigest.Method
    package let suffix: String

    package init(field: String, method: MessageDigest.Method = .sha256, suffix: String = "_hashed") {
        self.field = field
        self.method = method
        self.suffix = suffix
    }

    package var output: String { field + suffix }

    init(_ config: MapperConfig) throws(MapperError) {
        if config.json["method"]?.stringValue == "MD2" {
            throw config.invalid("cannot use MD2, which libcrypto no longer has; take SHA-256.")
        }
        self.init(
            field: try config.text("targetField"), method: try config.word("method", default: .sha256),
            suffix: try config.text("fieldNameSuffix", default: "_hashed"))
        _ = try transform(config)
    }

    func makeTransform() throws(CryptoError) -> any FieldTransform { try MessageDigest(method) }

    private func transform(_ config: MapperConfig) throws(MapperError) -> any FieldTransform {
        do throws(CryptoError) { return try makeTransform() } catch { throw config.invalid("fails: \(error)") }
    }
}
