/// Why nobody is let in.
package struct AuthError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// The request says nothing of who sends it.
        case missing
        /// What it says cannot be read.
        case malformed
        /// Unknown, wrong, or withdrawn; which of them is not told.
        case wrong
        /// It was good once.
        case expired
        /// Too many were wrong; see `retryAfter`.
        case tooMany
    }

    package let code: Code
    package let description: String
    /// In seconds, for `tooMany`.
    package let retryAfter: Int?

    init(_ code: Code, _ description: String, retryAfter: Int? = nil) {
        self.code = code
        self.description = description
        self.retryAfter = retryAfter
    }

    /// Of the answer: 401, or 429.
    package var status: Int { code == .tooMany ? 429 : 401 }

    static let missing = AuthError(
        .missing, "Sign in: send an Authorization header with Basic or Bearer credentials.")
    static let malformed = AuthError(
        .malformed,
        "The Authorization header cannot be read; send \"Basic\" with base64 of name:password, or \"Bearer\" with a token."
    )
    static let wrongPassword = AuthError(.wrong, "The name or the password is wrong.")
    static let wrongSecret = AuthError(.wrong, "The client id or the client secret is wrong.")
    static let wrongToken = AuthError(.wrong, "The token is not valid here; get a new one.")
    static let expiredToken = AuthError(.expired, "The token has expired; get a new one.")
    static let noSession = AuthError(.expired, "You are not signed in any more; sign in again.")

    static func tooMany(retryAfter seconds: Int) -> AuthError {
        AuthError(
            .tooMany, "Too many sign-ins failed; try again in \(seconds) seconds.", retryAfter: seconds)
    }
}
