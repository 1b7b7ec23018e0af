extension SealingKey {
    /// Tells data apart without giving any of it away: its HMAC-SHA256 (RFC 2104) under this key. The same data in
    /// another context has another one.
    package func fingerprint(of data: [UInt8], context: String) -> SHA256 {
        let block = rawBytes + [UInt8](repeating: 0, count: 64 - rawBytes.count)
        // Of a fixed length, so that no context and its data look like another context's.
        let label = SHA256(of: context).bytes
        let inner = SHA256(of: block.map { $0 ^ 0x36 } + label + data)
        return SHA256(of: block.map { $0 ^ 0x5c } + inner.bytes)
    }
}
