import Crypto
package import Time

/// Shows a receiver that a body comes from who knows the secret, and when it was signed.
package enum Signature {
    package static let header = "Swiftlet-Signature"

    /// `t=SECONDS,v1=DIGITS`: HMAC-SHA256 over `SECONDS.BODY`, so that an old body cannot be sent again as a new one.
    package static func value(of body: [UInt8], secret: String, at time: Instant) -> String {
        let signed = Array("\(time.seconds).".utf8) + body
        return "t=\(time.seconds),v1=\(HMAC.sha256(of: signed, key: Array(secret.utf8)))"
    }
}
