import CCrypto

/// The SHA-256 digest of some bytes.
package struct SHA256: Hashable, Sendable, CustomStringConvertible {
    /// The 32 bytes.
    package let bytes: [UInt8]

    package init(of data: some Sequence<UInt8>) {
        let data = Array(data)
        bytes = Array(unsafeUninitializedCapacity: 32) { digest, count in
            var length: CUnsignedInt = 0
            let status = EVP_Digest(data, data.count, digest.baseAddress, &length, EVP_sha256(), nil)
            // It can only fail for want of memory; a made-up digest must never be taken for a real one.
            precondition(status == 1 && length == 32, "libcrypto cannot make a SHA-256 digest.")
            count = 32
        }
    }

    package init(of text: String) { self.init(of: text.utf8) }

    /// 64 hexadecimal digits in lower case.
    package var description: String { Hex.text(bytes) }
}
