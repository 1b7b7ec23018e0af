package import Crypto

/// Who must sign in, and for how long what is believed.
package struct AccessSettings: Sendable {
    /// Airbyte's words for it.
    package enum Mode: String, Sendable, CaseIterable {
        /// Nobody signs in; everybody who reaches the port is the first administrator.
        case none
        /// By password, client credentials or token.
        case simple
    }

    package var mode = Mode.none
    /// The digest of the token that makes whoever shows it the first administrator; nil: there is none.
    package var staticToken: SHA256?
    /// How long an access token is good.
    package var tokenLife = Duration.seconds(900)
    /// How long a password that was right need not be hashed again.
    package var credentialsKept = Duration.seconds(60)
    /// How long another program's change of permissions may go unnoticed here.
    package var grantsKept = Duration.seconds(5)
    /// Wrong passwords for one account from one address, and from one address in all, within the window.
    package var failures = 10
    package var failuresOfAddress = 100
    package var failureWindow = Duration.seconds(60)
    /// How many proxies stand in front of the server, each of which adds whom it heard to `X-Forwarded-For`.
    package var proxies = 0
    /// How long a cookie is good without a request, and in all.
    package var sessionIdle = Duration.seconds(12 * 3600)
    package var sessionLongest = Duration.seconds(7 * 86_400)

    package init() {}
}
