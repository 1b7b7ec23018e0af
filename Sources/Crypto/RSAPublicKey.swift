import CCrypto

/// A key that encrypts short texts with RSA and the padding of PKCS #1 v1.5 (RFC 8017 7.2). For one thread at a time.
package final class RSAPublicKey {
    private let key: OpaquePointer
    private let context: OpaquePointer

    /// Reads a SubjectPublicKeyInfo (X.509, DER). Throws `.badKey` for anything else.
    package init(der: [UInt8]) throws(CryptoError) {
        let key = der.withUnsafeBufferPointer { bytes in
            var next = bytes.baseAddress
            return d2i_PUBKEY(nil, &next, bytes.count)
        }
        guard let key else {
            ERR_clear_error()
            throw CryptoError(.badKey, "The public key is no X.509 SubjectPublicKeyInfo.")
        }
        guard EVP_PKEY_is_a(key, "RSA") == 1, let context = EVP_PKEY_CTX_new_from_pkey(nil, key, nil) else {
            EVP_PKEY_free(key)
            throw CryptoError(.badKey, "The public key is none of RSA.")
        }
        guard EVP_PKEY_encrypt_init(context) == 1, EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 else {
            EVP_PKEY_CTX_free(context)
            EVP_PKEY_free(key)
            throw CryptoError(.badKey, "libcrypto cannot encrypt with the public key.")
        }
        self.key = key
        self.context = context
    }

    deinit {
        EVP_PKEY_CTX_free(context)
        EVP_PKEY_free(key)
    }

    /// Throws `.notWhole` for data that is too long for the key: more than its size less 11 bytes.
    package func seal(_ data: [UInt8]) throws(CryptoError) -> [UInt8] {
        var length = Int(EVP_PKEY_get_size(key))
        guard data.count <= length - 11 else {
            throw CryptoError(.notWhole, "The data is longer than the RSA key can encrypt.")
        }
        var sealed = [UInt8](repeating: 0, count: length)
        guard EVP_PKEY_encrypt(context, &sealed, &length, data, data.count) == 1 else {
            ERR_clear_error()
            throw CryptoError(.library, "libcrypto could not encrypt with RSA.")
        }
        sealed.removeLast(sealed.count - length)
        return sealed
    }
}
