import Crypto
import Model

/// Signing in with a password, for browsers: who is signed in holds a cookie, and the store a hash of it.
package struct SignIn: Sendable {
    /// What the answer to a sign-in is made of.
    package struct Session: Sendable {
        /// The cookie's value. Make it HttpOnly, SameSite=Strict, and Secure unless the client is on this machine.
        package let token: String
        /// What a page has to send along with every change, in a header.
        package let csrfToken: String
        /// The cookie's `Max-Age`, in seconds; the session ends earlier where it is not used.
        package let longest: Int
        package let caller: Caller
    }

    let settings: AccessSettings
    let credentials: Credentials
    let standings: Standings
    let sessions: Sessions
    let keys: AccessKeys

    /// Throws `.wrong` where they are not right, `.tooMany` where that has happened too often.
    ///
    /// - Parameter name: an email address, or `airbyte` for the first administrator.
    package func logIn(name: String, password: String, address: String) async throws -> Session {
        guard settings.mode == .simple else { return session("", .anyone) }
        guard let answer = try await credentials.check(name, password, from: address),
            answer.subject.application == nil
        else { throw AuthError.wrongPassword }
        return session(try await sessions.open(answer.subject.person), answer.standing.caller(.session))
    }

    /// The same session, which lives on for being used. Throws `.expired` where there is none any more.
    package func refresh(_ token: String) async throws -> Session {
        guard settings.mode == .simple else { return session("", .anyone) }
        guard let person = try await sessions.person(token),
            let standing = try await standings.standing(of: Standing.Subject(person: person))
        else { throw AuthError.noSession }
        return session(token, standing.caller(.session))
    }

    /// The cookie is worth nothing from then on: here at once, at other servers within `AccessSettings.grantsKept`.
    package func logOut(_ token: String) async throws { try await sessions.close(token) }

    /// Derived from the cookie, so that nothing is stored, and whoever cannot read the answer to a sign-in cannot make
    /// it.
    package func csrfToken(of token: String) -> String {
        Base64.urlText(HMAC.sha256(of: Array(token.utf8), key: keys.forms).bytes)
    }

    package func isCSRFToken(_ text: String, of token: String) -> Bool {
        ConstantTime.equal(Array(text.utf8), Array(csrfToken(of: token).utf8))
    }

    private func session(_ token: String, _ caller: Caller) -> Session {
        Session(
            token: token, csrfToken: csrfToken(of: token), longest: Int(settings.sessionLongest.components.seconds),
            caller: caller)
    }
}
