import Crypto
import JSON
import Model
import Time

/// What an application gets for its id and secret.
package struct AccessToken: Sendable {
    static let issuer = "swiftlet"
    /// Airbyte's, which its clients look at.
    static let audience = "airbyte-server"

    /// A JWT of three parts.
    package let text: String
    /// In seconds.
    package let expiresIn: Int

    init(_ caller: Caller, key: [UInt8], settings: AccessSettings, at now: Instant) throws(CryptoError) {
        let life = max(1, settings.tokenLife.components.seconds)
        var claims: JSON = [
            "iss": .string(Self.issuer), "aud": .string(Self.audience), "sub": .string(caller.personID.description),
            "iat": .integer(now.seconds), "exp": .integer(now.seconds + life),
            // For clients to look at; what somebody may do is looked up with every request.
            "roles": caller.isInstanceAdmin ? ["instance_admin"] : [],
        ]
        if let application = caller.applicationID { claims["app"] = .string(application.description) }
        text = try JWT.sign(claims, key: key)
        expiresIn = Int(life)
    }

    /// Whose token it is. Throws where it was not issued by this installation to an application, or has expired.
    static func subject(of text: String, key: [UInt8], at now: Instant) throws(AuthError) -> Standing.Subject {
        let claims: JSON
        do { claims = try JWT.verify(text, key: key, issuer: issuer, audience: audience, at: now) } catch {
            throw error.code == .expired ? .expiredToken : .wrongToken
        }
        guard let person = claims["sub"]?.stringValue.flatMap({ PersonID($0) }),
            let application = claims["app"]?.stringValue.flatMap({ ApplicationID($0) })
        else { throw .wrongToken }
        return Standing.Subject(person: person, application: application)
    }
}
