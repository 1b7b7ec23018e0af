import CCrypto
import Crypto
import JSON
import Mapping
import TestKit
import Testing

/// What the mapper encrypts is decrypted by libcrypto itself.
@Suite("Encrypting fields")
struct EncryptionTests {
    static let cases: [(String, String)] = [
        ("CBC", "PKCS5Padding"), ("CBC", "NoPadding"), ("CFB", "PKCS5Padding"), ("CFB", "NoPadding"),
        ("OFB", "PKCS5Padding"), ("OFB", "NoPadding"), ("CTR", "NoPadding"), ("GCM", "NoPadding"),
        ("ECB", "PKCS5Padding"), ("ECB", "NoPadding"),
    ]

    @Test(.proves("2.11-encryption"), arguments: cases)
    func `2_11 AES gives a random start and a ciphertext that decrypts`(mode: String, padding: String) throws {
        for size in [16, 24, 32] {
            let key = (0..<size).map { UInt8($0 * 7) }
            let mapping = try mapper("encryption", config(mode, padding, key))
            // A whole number of blocks, so that every mode takes it without a padding too.
            let plain = "sixteen bytes ü"
            #expect(plain.utf8.count == 16)
            let sealed = try sealedBytes(plain, mapping)
            let again = try sealedBytes(plain, mapping)
            #expect(sealed != again)
            var found = try #require(decrypt(sealed, mode, key))
            if padding == "PKCS5Padding" {
                #expect(found.count == 32)
                #expect(found.suffix(16) == [UInt8](repeating: 16, count: 16)[...])
                found.removeLast(16)
            }
            #expect(String(decoding: found, as: UTF8.self) == plain)
        }
    }

    @Test(.proves("2.11-null"), arguments: ["CBC", "ECB"])
    func `2_11 what does not fill its blocks and is not padded is nulled and reported`(mode: String) throws {
        let mapping = try mapper("encryption", config(mode, "NoPadding", [UInt8](repeating: 1, count: 16)))
        let mapped = try map(#"{"a":"short"}"#, mapping)
        #expect(mapped == .keep(Array(#"{"a_encrypted":null}"#.utf8), changes: [RecordChange(field: "a_encrypted")]))
    }

    @Test func `AES agrees with the vectors of SP 800-38A`() throws {
        let key = try #require(Hex.decode("2b7e151628aed2a6abf7158809cf4f3c"))
        let plain = try #require(Hex.decode("6bc1bee22e409f96e93d7e117393172a"))
        let start = try #require(Hex.decode("000102030405060708090a0b0c0d0e0f"))
        let vectors: [(AESCipher.Mode, String)] = [
            (.ecb, "3ad77bb40d7a3660a89ecaf32466ef97"), (.cbc, "7649abac8119b246cee98e9b12e9197d"),
            (.cfb, "3b3fd92eb72dad20333449f8e83cfb4a"), (.ofb, "3b3fd92eb72dad20333449f8e83cfb4a"),
        ]
        for (mode, expected) in vectors {
            let cipher = try AESCipher(key: key, mode: mode, padding: .none)
            #expect(try cipher.seal(plain, from: start) == Hex.decode(expected))
        }
    }

    @Test(.proves("2.11-encryption")) func `2_11 RSA decrypts with the private key, and nulls what is too long for it`()
        throws
    {
        let key = try #require(Self.makeKey())
        defer { EVP_PKEY_free(key) }
        var der = [UInt8](repeating: 0, count: Int(i2d_PUBKEY(key, nil)))
        der.withUnsafeMutableBufferPointer { bytes in
            var next = bytes.baseAddress
            _ = i2d_PUBKEY(key, &next)
        }
        let mapping = try mapper(
            "encryption", ["algorithm": "RSA", "targetField": "a", "publicKey": .string(hex(der))])
        let sealed = try sealedBytes("a secret", mapping)
        #expect(sealed.count == 256)
        let context = try #require(EVP_PKEY_CTX_new_from_pkey(nil, key, nil))
        defer { EVP_PKEY_CTX_free(context) }
        var plain = [UInt8](repeating: 0, count: 256)
        var length = plain.count
        #expect(EVP_PKEY_decrypt_init(context) == 1)
        #expect(EVP_PKEY_decrypt(context, &plain, &length, sealed, sealed.count) == 1)
        #expect(String(decoding: plain.prefix(length), as: UTF8.self) == "a secret")

        let long = try map(#"{"a":"\#(String(repeating: "x", count: 246))"}"#, mapping)
        #expect(long == .keep(Array(#"{"a_encrypted":null}"#.utf8), changes: [RecordChange(field: "a_encrypted")]))
    }

    private func config(_ mode: String, _ padding: String, _ key: [UInt8]) -> JSON {
        [
            "algorithm": "AES", "targetField": "a", "mode": .string(mode), "padding": .string(padding),
            "key": .string(hex(key)),
        ]
    }

    private func hex(_ bytes: [UInt8]) -> String {
        var digits: [UInt8] = []
        Hex.append(bytes, to: &digits)
        return String(decoding: digits, as: UTF8.self)
    }

    private func sealedBytes(_ plain: String, _ mapping: RecordMapping) throws -> [UInt8] {
        let record = try #require(try text(JSON.object(["a": .string(plain)]).text, mapping))
        return try #require(Hex.decode(JSON.parse(record)["a_encrypted"]?.stringValue ?? "x"))
    }

    /// The plain bytes with any padding; nil where they do not decrypt.
    private func decrypt(_ sealed: [UInt8], _ mode: String, _ key: [UInt8]) -> [UInt8]? {
        guard let cipher = EVP_CIPHER_fetch(nil, "AES-\(key.count * 8)-\(mode)", nil) else { return nil }
        defer { EVP_CIPHER_free(cipher) }
        guard let context = EVP_CIPHER_CTX_new() else { return nil }
        defer { EVP_CIPHER_CTX_free(context) }
        var tag = Array(sealed.suffix(16))
        let body = Array(sealed.dropFirst(16).dropLast(mode == "GCM" ? 16 : 0))
        var plain = [UInt8](repeating: 0, count: body.count + 16)
        var rest = [UInt8](repeating: 0, count: 16)
        var length: CInt = 0
        var more: CInt = 0
        guard EVP_DecryptInit_ex2(context, cipher, nil, nil, nil) == 1,
            mode != "GCM" || EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, 16, nil) == 1,
            EVP_DecryptInit_ex2(context, nil, key, Array(sealed.prefix(16)), nil) == 1,
            EVP_CIPHER_CTX_set_padding(context, 0) == 1,
            EVP_DecryptUpdate(context, &plain, &length, body, CInt(body.count)) == 1,
            mode != "GCM" || EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, 16, &tag) == 1,
            EVP_DecryptFinal_ex(context, &rest, &more) == 1
        else { return nil }
        return Array(plain.prefix(Int(length)))
    }

    private static func makeKey() -> OpaquePointer? {
        guard let context = EVP_PKEY_CTX_new_from_name(nil, "RSA", nil) else { return nil }
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048) == 1,
            EVP_PKEY_keygen(context, &key) == 1
        else { return nil }
        return key
    }
}
