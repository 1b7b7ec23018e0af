import Crypto
import JSON
import Testing
import Time

@Suite("Signed tokens", .timeLimit(.minutes(3)))
struct JWTTests {
    private let key = Array("0123456789abcdef0123456789abcdef".utf8)
    private let now = Instant(seconds: 1_800_000_000)

    private func claims(_ change: (inout JSON) -> Void = { _ in }) -> JSON {
        var claims: JSON = ["iss": "i", "aud": "a", "sub": "s", "exp": 1_800_000_010]
        change(&claims)
        return claims
    }

    private func verify(_ token: String, at now: Instant? = nil) throws(CryptoError) -> JSON {
        try JWT.verify(token, key: key, issuer: "i", audience: "a", at: now ?? self.now)
    }

    private func part(_ text: String) -> String { Base64.urlText(Array(text.utf8)) }

    private func sign(_ header: String, _ payload: String) -> String {
        let text = part(header) + "." + part(payload)
        return text + "." + Base64.urlText(HMAC.sha256(of: Array(text.utf8), key: key).bytes)
    }

    @Test func `claims come back as they were signed`() throws {
        let token = try JWT.sign(claims(), key: key)
        #expect(token.split(separator: ".").count == 3)
        #expect(try verify(token) == claims())
    }

    @Test func `a token of another program with the same key is read`() throws {
        let token = sign(#"{"alg":"HS256","typ":"JWT"}"#, claims().text)
        #expect(try verify(token)["sub"]?.stringValue == "s")
    }

    @Test func `every method but HS256 fails, whatever its signature`() throws {
        for method in ["none", "None", "NONE", "HS384", "HS512", "RS256", "ES256", "hs256x", ""] {
            let signed = sign(#"{"alg":"\#(method)","typ":"JWT"}"#, claims().text)
            let bare = signed.prefix { $0 != "." } + "." + part(claims().text)
            for token in [signed, bare + ".", String(bare)] {
                #expect(throws: CryptoError.self, "\(method)") { try verify(token) }
            }
        }
        for header in ["{}", "[]", "null", "", "{", #"{"alg":["HS256"]}"#] {
            #expect(throws: CryptoError.self, "\(header)") { try verify(sign(header, claims().text)) }
        }
    }

    @Test func `HS512 fails even where its signature is right`() {
        let token = [
            "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9",
            "eyJpc3MiOiJpIiwiYXVkIjoiYSIsInN1YiI6InMiLCJleHAiOjE4MDAwMDAwMTB9",
            "rOF5jWJ08LE-4ymCnAByWralRQC4Q2HkCedjjN8ow1sOZS3tsZEAQINUfYwAP13V2U_XM_D9DPuGUZFzSJzbSg",
        ].joined(separator: ".")
        let error = #expect(throws: CryptoError.self) { try verify(token) }
        #expect(error?.code == .forged)
    }

    @Test func `another key, issuer or audience and every changed letter fail`() throws {
        let other = try JWT.sign(claims(), key: Array("another key of some length......".utf8))
        #expect(throws: CryptoError.self) { try verify(other) }
        for change in [("iss", "x"), ("aud", "x")] {
            let token = try JWT.sign(claims { $0[change.0] = .string(change.1) }, key: key)
            #expect(throws: CryptoError.self) { try verify(token) }
        }
        let token = Array(try JWT.sign(claims(), key: key).utf8)
        // The last letter holds two bits that no byte needs.
        for index in token.indices.dropLast() {
            var changed = token
            changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(throws: CryptoError.self) { try verify(String(decoding: changed, as: UTF8.self)) }
        }
    }

    @Test func `a token ends at the second it says, and one that says none is none`() throws {
        let token = try JWT.sign(claims(), key: key)
        _ = try verify(token, at: now + .seconds(9))
        let error = #expect(throws: CryptoError.self) { try verify(token, at: now + .seconds(10)) }
        #expect(error?.code == .expired)
        for never in [
            try JWT.sign(claims { $0["exp"] = nil }, key: key),
            sign(#"{"alg":"HS256"}"#, #"{"iss":"i","aud":"a","exp":"9999999999"}"#),
        ] {
            #expect(throws: CryptoError.self) { try verify(never) }
        }
    }
}
