import CCrypto

/// A digest function that is used again and again; fetched from libcrypto once. For one thread at a time.
package final class MessageDigest {
    package enum Method: String, Sendable, CaseIterable {
        case md5 = "MD5"
        case sha1 = "SHA-1"
        case sha224 = "SHA-224"
        case sha256 = "SHA-256"
        case sha384 = "SHA-384"
        case sha512 = "SHA-512"
    }

    private let function: OpaquePointer
    private let context: OpaquePointer
    private var buffer = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))

    /// Throws `.library` where this libcrypto does not offer the method, as one in FIPS mode does not offer MD5.
    package init(_ method: Method) throws(CryptoError) {
        guard let function = EVP_MD_fetch(nil, method.rawValue, nil) else {
            throw CryptoError(.library, "libcrypto does not offer \(method.rawValue) here.")
        }
        guard let context = EVP_MD_CTX_new() else {
            EVP_MD_free(function)
            throw CryptoError(.library, "libcrypto could not make a digest.")
        }
        self.function = function
        self.context = context
    }

    deinit {
        EVP_MD_CTX_free(context)
        EVP_MD_free(function)
    }

    /// Appends the digest of the data as lower-case digits; appends nothing where it throws.
    package func appendHex(
        of data: UnsafeBufferPointer<UInt8>, to out: inout [UInt8]
    ) throws(CryptoError) {
        var length: CUnsignedInt = 0
        guard EVP_DigestInit_ex2(context, function, nil) == 1,
            EVP_DigestUpdate(context, data.baseAddress, data.count) == 1,
            EVP_DigestFinal_ex(context, &buffer, &length) == 1
        else { throw CryptoError(.library, "libcrypto could not make a digest.") }
        Hex.append(buffer.prefix(Int(length)), to: &out)
    }
}
