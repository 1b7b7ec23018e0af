import Time

/// Gives applications tokens for their credentials.
package struct TokenIssuer: Sendable {
    let credentials: Credentials
    let keys: AccessKeys
    let settings: AccessSettings
    let clock: any WallClock

    /// Throws `.wrong` where the pair is not right, `.tooMany` where that has happened too often.
    ///
    /// Where nobody signs in, anything is right; the token is good for nothing once somebody must.
    package func issue(clientID: String, clientSecret: String, address: String) async throws -> AccessToken {
        guard settings.mode == .simple else {
            return try AccessToken(.anyone, key: keys.own, settings: settings, at: clock.now)
        }
        guard let answer = try await credentials.check(clientID, clientSecret, from: address),
            let application = answer.subject.application
        else { throw AuthError.wrongSecret }
        return try AccessToken(
            answer.standing.caller(.application, application), key: keys.tokens, settings: settings, at: clock.now)
    }
}
