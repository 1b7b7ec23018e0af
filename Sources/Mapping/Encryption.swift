package import Crypto

/// Puts the ciphertext of a field's text, in lower-case hexadecimal digits, into another field and removes the field.
package struct Encryption: Sendable, Hashable {
    package enum Algorithm: Sendable, Hashable {
        case aes(mode: AESCipher.Mode, padding: AESCipher.Padding, key: [UInt8])
        /// The key as X.509 SubjectPublicKeyInfo, in DER.
        case rsa(publicKey: [UInt8])
    }

    package let field: String
    package let suffix: String
    package let algorithm: Algorithm

    package init(field: String, suffix: String = "_encrypted", algorithm: Algorithm) {
        self.field = field
        self.suffix = suffix
        self.algorithm = algorithm
    }

    package var output: String { field + suffix }

    init(_ config: MapperConfig) throws(MapperError) {
        let name: AlgorithmName = try config.word("algorithm")
        let algorithm: Algorithm
        switch name {
        case .aes:
            algorithm = .aes(
                mode: try config.word("mode"), padding: try config.word("padding"),
                key: try Self.hex("key", of: config))
        case .rsa: algorithm = .rsa(publicKey: try Self.hex("publicKey", of: config))
        }
        self.init(
            field: try config.text("targetField"), suffix: try config.text("fieldNameSuffix", default: "_encrypted"),
            algorithm: algorithm)
        do throws(CryptoError) { _ = try makeTransform() } catch { throw config.invalid("has a bad key: \(error)") }
    }

    private enum AlgorithmName: String, CaseIterable {
        case aes = "AES"
        case rsa = "RSA"
    }

    /// The sentence must not repeat what was given: it may be a secret.
    private static func hex(_ key: String, of config: MapperConfig) throws(MapperError) -> [UInt8] {
        guard let bytes = Hex.decode(try config.text(key)) else {
            throw config.invalid("needs \(key) in hexadecimal digits.")
        }
        return bytes
    }

    func makeTransform() throws(CryptoError) -> any FieldTransform {
        switch algorithm {
        case .aes(let mode, let padding, let key): try AESCipher(key: key, mode: mode, padding: padding)
        case .rsa(let publicKey): try RSAPublicKey(der: publicKey)
        }
    }
}
