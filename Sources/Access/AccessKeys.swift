import Crypto

/// The keys that sign-in needs, all derived from the installation's, so that every server accepts what another issued.
struct AccessKeys: Sendable {
    let tokens: [UInt8]
    let forms: [UInt8]
    private let secrets: [UInt8]
    /// Of this process alone, for what it keeps in memory, and for tokens that nobody is to believe.
    let own: [UInt8]

    init(_ key: SealingKey) {
        tokens = key.derivedBytes(for: "access tokens")
        forms = key.derivedBytes(for: "form tokens")
        secrets = key.derivedBytes(for: "client secrets")
        own = SealingKey().derivedBytes(for: "memory")
    }

    /// How a client's secret is stored. It is a long random text, so it needs no slow hash; without the key, it cannot
    /// be guessed at.
    func hash(ofSecret secret: String) -> String {
        HMAC.sha256(of: Array(secret.utf8), key: secrets).description
    }
}
