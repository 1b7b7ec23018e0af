import Crypto
import Model
import Time

/// Finds out who sends a request.
package struct Authenticator: Sendable {
    let settings: AccessSettings
    let standings: Standings
    let credentials: Credentials
    let sessions: Sessions
    let keys: AccessKeys
    let clock: any WallClock

    /// From the `Authorization` header, or where there is none from the cookie that `SignIn` gave out. Throws an
    /// `AuthError`, or what the database throws.
    ///
    /// - Parameter address: the client's, for counting failures.
    package func caller(authorization: String?, cookie: String?, address: String) async throws -> Caller {
        guard settings.mode == .simple else { return .anyone }
        if let authorization { return try await caller(authorization, from: address) }
        guard let cookie, !cookie.isEmpty else { throw AuthError.missing }
        guard let person = try await sessions.person(cookie),
            let standing = try await standings.standing(of: Standing.Subject(person: person))
        else { throw AuthError.noSession }
        return standing.caller(.session)
    }

    /// To be called after every change of people, permissions, applications and workspaces, once it is committed:
    /// this process knows it at once, the others within `AccessSettings.grantsKept`.
    package func forgetGrants() {
        standings.forgetAll()
        sessions.forgetAll()
    }

    private func caller(_ authorization: String, from address: String) async throws -> Caller {
        let parts = authorization.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2 else { throw AuthError.malformed }
        let value = parts[1].drop { $0 == " " }
        switch parts[0].lowercased() {
        case "basic": return try await basic(value, from: address)
        case "bearer": return try await bearer(String(value))
        default: throw AuthError.malformed
        }
    }

    private func basic(_ value: Substring, from address: String) async throws -> Caller {
        guard let bytes = Base64.decode(value), let text = String(validating: bytes, as: UTF8.self),
            let colon = text.firstIndex(of: ":")
        else { throw AuthError.malformed }
        let (name, secret) = (String(text[..<colon]), String(text[text.index(after: colon)...]))
        guard let answer = try await credentials.check(name, secret, from: address) else {
            throw AuthError.wrongPassword
        }
        let application = answer.subject.application
        return answer.standing.caller(application == nil ? .password : .application, application)
    }

    private func bearer(_ token: String) async throws -> Caller {
        if let known = settings.staticToken, ConstantTime.equal(SHA256(of: token).bytes, known.bytes) {
            guard let standing = try await standings.standing(of: Standing.Subject(person: Person.first)) else {
                throw AuthError.wrongToken
            }
            return standing.caller(.staticToken)
        }
        let subject = try AccessToken.subject(of: token, key: keys.tokens, at: clock.now)
        guard let standing = try await standings.standing(of: subject) else { throw AuthError.wrongToken }
        return standing.caller(.application, subject.application)
    }
}
