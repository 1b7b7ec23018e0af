extension SealingKey {
    /// Tells data apart without giving any of it away: its HMAC-SHA256 under this key. The same data in another context
    /// has another one.
    package func fingerprint(of data: [UInt8], context: String) -> SHA256 {
        // The label is of a fixed length, so that no context and its data look like another context's.
        HMAC.sha256(of: SHA256(of: context).bytes + data, key: rawBytes)
    }
}
