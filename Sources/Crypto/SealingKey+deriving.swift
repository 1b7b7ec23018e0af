extension SealingKey {
    /// A key of 32 bytes for one purpose: every program with this key derives the same, and none of them tells
    /// anything of the others (HKDF-Expand of RFC 5869, for a key that is random already).
    package func derivedBytes(for purpose: String) -> [UInt8] {
        HMAC.sha256(of: Array("swiftlet \(purpose)".utf8) + [1], key: rawBytes).bytes
    }
}
