import CCrypto

/// A 256-bit key that seals bytes with AES-256-GCM (NIST SP 800-38D).
///
/// A sealed box is a version byte, a random 12-byte nonce, the ciphertext and a 16-byte tag. The context is
/// authenticated but not stored: a box moved to another place does not open there.
package struct SealingKey: Sendable {
    private let bytes: [UInt8]
    var rawBytes: [UInt8] { bytes }
    private static let version: UInt8 = 1
    private static let nonceSize = 12
    private static let tagSize = 16

    /// A new random key.
    package init() {
        bytes = SealingKey.random(32)
    }

    package init(bytes: [UInt8]) throws(CryptoError) {
        guard bytes.count == 32 else { throw CryptoError(.badKey, "The key must be 32 bytes long.") }
        self.bytes = bytes
    }

    /// Reads 64 hexadecimal digits, as `hex` writes them; white space around them is allowed.
    package init(hex: String) throws(CryptoError) {
        guard let bytes = Hex.decode(hex.filter { !$0.isWhitespace }), bytes.count == 32 else {
            throw CryptoError(.badKey, "The key must be 64 hexadecimal digits.")
        }
        self.bytes = bytes
    }

    package var hex: String { Hex.text(bytes) }

    package func seal(_ plain: [UInt8], context: String) throws(CryptoError) -> [UInt8] {
        let nonce = SealingKey.random(SealingKey.nonceSize)
        guard let cipher = EVP_CIPHER_CTX_new() else { throw failure }
        defer { EVP_CIPHER_CTX_free(cipher) }
        var sealed = [UInt8](repeating: 0, count: plain.count)
        var tag = [UInt8](repeating: 0, count: SealingKey.tagSize)
        let authenticated = Array(context.utf8)
        var length: Int32 = 0
        guard EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), nil, bytes, nonce) == 1,
            EVP_EncryptUpdate(cipher, nil, &length, authenticated, Int32(authenticated.count)) == 1,
            EVP_EncryptUpdate(cipher, &sealed, &length, plain, Int32(plain.count)) == 1,
            EVP_EncryptFinal_ex(cipher, &tag, &length) == 1,
            EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, Int32(SealingKey.tagSize), &tag) == 1
        else { throw failure }
        return [SealingKey.version] + nonce + sealed + tag
    }

    /// Throws `.forged` where the box was sealed with another key or for another context, or was changed.
    package func open(_ box: [UInt8], context: String) throws(CryptoError) -> [UInt8] {
        let overhead = 1 + SealingKey.nonceSize + SealingKey.tagSize
        guard box.count >= overhead, box[0] == SealingKey.version else { throw forgery }
        let nonce = Array(box[1...SealingKey.nonceSize])
        let sealed = Array(box[(1 + SealingKey.nonceSize)..<(box.count - SealingKey.tagSize)])
        var tag = Array(box.suffix(SealingKey.tagSize))
        guard let cipher = EVP_CIPHER_CTX_new() else { throw failure }
        defer { EVP_CIPHER_CTX_free(cipher) }
        var plain = [UInt8](repeating: 0, count: sealed.count)
        var rest = [UInt8](repeating: 0, count: SealingKey.tagSize)
        let authenticated = Array(context.utf8)
        var length: Int32 = 0
        guard EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), nil, bytes, nonce) == 1,
            EVP_DecryptUpdate(cipher, nil, &length, authenticated, Int32(authenticated.count)) == 1,
            EVP_DecryptUpdate(cipher, &plain, &length, sealed, Int32(sealed.count)) == 1,
            EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, Int32(SealingKey.tagSize), &tag) == 1
        else { throw failure }
        guard EVP_DecryptFinal_ex(cipher, &rest, &length) == 1 else { throw forgery }
        return plain
    }

    private var failure: CryptoError { CryptoError(.library, "libcrypto could not encrypt or decrypt.") }
    private var forgery: CryptoError {
        CryptoError(.forged, "A secret does not open: it was sealed with another key, or it was changed.")
    }

    /// The system's generator; it reads the kernel's random source.
    private static func random(_ count: Int) -> [UInt8] {
        var source = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &source) }
    }
}
