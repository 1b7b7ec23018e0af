import CCrypto

/// AES with a key that is used again and again, in the modes that mappers of records know (FIPS 197, SP 800-38A and
/// 38D). For one thread at a time.
package final class AESCipher {
    package enum Mode: String, Sendable, CaseIterable {
        case cbc = "CBC"
        case cfb = "CFB"
        case ofb = "OFB"
        case ctr = "CTR"
        case gcm = "GCM"
        case ecb = "ECB"

        /// Counter modes take any length; a padding makes no sense there.
        package var canPad: Bool { self != .ctr && self != .gcm }
        fileprivate var isOfBlocks: Bool { self == .cbc || self == .ecb }
    }

    package enum Padding: String, Sendable, CaseIterable {
        case none = "NoPadding"
        case pkcs5 = "PKCS5Padding"
    }

    package static let blockSize = 16

    private let function: OpaquePointer
    private let context: OpaquePointer
    private let key: [UInt8]
    private let mode: Mode
    private let padding: Padding

    /// Throws `.badKey` unless the key is 16, 24 or 32 bytes long and the mode can have the padding.
    package init(key: [UInt8], mode: Mode, padding: Padding) throws(CryptoError) {
        guard [16, 24, 32].contains(key.count) else {
            throw CryptoError(.badKey, "An AES key is 16, 24 or 32 bytes long; this one has \(key.count).")
        }
        guard padding == .none || mode.canPad else {
            throw CryptoError(.badKey, "\(mode.rawValue) is used with NoPadding only.")
        }
        guard let function = EVP_CIPHER_fetch(nil, "AES-\(key.count * 8)-\(mode.rawValue)", nil) else {
            throw CryptoError(.library, "libcrypto does not offer AES in \(mode.rawValue) mode here.")
        }
        guard let context = EVP_CIPHER_CTX_new() else {
            EVP_CIPHER_free(function)
            throw CryptoError(.library, "libcrypto could not make a cipher.")
        }
        self.function = function
        self.context = context
        self.key = key
        self.mode = mode
        self.padding = padding
    }

    deinit {
        EVP_CIPHER_CTX_free(context)
        EVP_CIPHER_free(function)
    }

    /// 16 random bytes to start from, then the ciphertext, then, in GCM, a tag of 16 bytes.
    ///
    /// Throws `.notWhole` for data that is no multiple of a block in a mode that needs one and is not padded.
    package func seal(_ data: [UInt8]) throws(CryptoError) -> [UInt8] {
        var start = [UInt8](repeating: 0, count: Self.blockSize)
        guard RAND_bytes(&start, CInt(start.count)) == 1 else { throw failure }
        return start + (try seal(data, from: start))
    }

    /// The ciphertext alone, from a start of 16 bytes that must never be used twice with a key.
    package func seal(_ data: [UInt8], from start: [UInt8]) throws(CryptoError) -> [UInt8] {
        guard start.count == Self.blockSize, data.count < Int(CInt.max) - 64 else { throw failure }
        // libcrypto pads blocks only; the modes of a stream are padded here, as in Java's CFB and OFB.
        let padded = padding == .pkcs5 ? data + pad(after: data.count) : data
        guard !mode.isOfBlocks || padded.count.isMultiple(of: Self.blockSize) else {
            throw CryptoError(.notWhole, "The data is no multiple of 16 bytes and is not padded.")
        }
        var sealed = [UInt8](repeating: 0, count: padded.count + Self.blockSize)
        var length: CInt = 0
        var rest: CInt = 0
        guard EVP_EncryptInit_ex2(context, function, nil, nil, nil) == 1,
            mode != .gcm || EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, CInt(start.count), nil) == 1,
            EVP_EncryptInit_ex2(context, nil, key, mode == .ecb ? nil : start, nil) == 1,
            EVP_CIPHER_CTX_set_padding(context, 0) == 1,
            EVP_EncryptUpdate(context, &sealed, &length, padded, CInt(padded.count)) == 1
        else { throw failure }
        var tail = [UInt8](repeating: 0, count: Self.blockSize)
        guard EVP_EncryptFinal_ex(context, &tail, &rest) == 1 else { throw failure }
        sealed.removeLast(sealed.count - Int(length))
        guard mode == .gcm else { return sealed }
        guard EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, CInt(tail.count), &tail) == 1 else { throw failure }
        return sealed + tail
    }

    private func pad(after count: Int) -> [UInt8] {
        let missing = Self.blockSize - count % Self.blockSize
        return [UInt8](repeating: UInt8(missing), count: missing)
    }

    private var failure: CryptoError { CryptoError(.library, "libcrypto could not encrypt.") }
}
