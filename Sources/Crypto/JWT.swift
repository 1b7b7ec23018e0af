import CJWT
import Glibc
package import JSON
package import Time

/// A signed token of claims (RFC 7519) with HS256, and with nothing else: `none` and every other method fail.
package enum JWT {
    /// A longer token is refused unread.
    package static let longest = 8192

    /// Throws `.library` for claims that libjwt does not take.
    package static func sign(_ claims: JSON, key: [UInt8]) throws(CryptoError) -> String {
        var token: OpaquePointer?
        guard jwt_new(&token) == 0 else { throw CryptoError(.library, "libjwt could not make a token.") }
        defer { jwt_free(token) }
        guard jwt_add_grants_json(token, claims.text) == 0,
            jwt_set_alg(token, JWT_ALG_HS256, key, CInt(key.count)) == 0,
            let text = jwt_encode_str(token)
        else { throw CryptoError(.library, "libjwt could not sign a token.") }
        defer { free(text) }
        return String(cString: text)
    }

    /// The claims of a token that was signed with the key for this audience by this issuer and is still good.
    ///
    /// Throws `.forged` for any other, `.expired` for one whose time is over.
    package static func verify(
        _ text: String, key: [UInt8], issuer: String, audience: String, at now: Instant
    ) throws(CryptoError) -> JSON {
        // Whatever is no letter of the form does not come near the parser.
        guard text.utf8.count <= longest, text.utf8.allSatisfy(isLetter) else { throw forgery }
        var token: OpaquePointer?
        let status = jwt_decode(&token, text, key, CInt(key.count))
        defer { jwt_free(token) }
        guard status == 0, token != nil, jwt_get_alg(token) == JWT_ALG_HS256 else { throw forgery }
        guard let grants = jwt_get_grants_json(token, nil) else { throw forgery }
        defer { free(grants) }
        guard let claims = try? JSON.parse(String(cString: grants)),
            claims["iss"]?.stringValue == issuer, claims["aud"]?.stringValue == audience,
            let expires = claims["exp"]?.intValue
        else { throw forgery }
        guard now.seconds < expires else { throw CryptoError(.expired, "The token has expired.") }
        return claims
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
        default: false
        }
    }

    private static var forgery: CryptoError { CryptoError(.forged, "The token is none that was issued here.") }
}
