import Access
import Crypto
import HTTP
import JSON
import Model
import Posix
import SQL
import Store
import TestKit
import Testing
import Time

@Suite("Tokens that were not issued here")
struct ForgedTokenTests {
    private static let paths = ["/api/v1/workspaces/list", "/api/public/v1/workspaces"]

    @Test(arguments: Dialect.Engine.allCases)
    func `a forged, changed or outlived token opens neither interface`(_ engine: Dialect.Engine) async throws {
        let api = try await TestAPI(engine, as: .workspaceAdmin)
        let good = String(try #require(api.authorization).dropFirst("Bearer ".count))
        let parts = good.split(separator: ".").map(String.init)
        var claims = try JSON.parse(try #require(Self.decoded(parts[1])))
        let now = TestAPI.now.seconds
        let head: JSON = ["alg": "HS256", "typ": "JWT"]
        let otherKey = Array("another key, which is as long as one should be".utf8)
        var forged: [String] = []
        for method in ["none", "None", "NONE", "nOnE", "HS512", "RS256", "ES256", ""] {
            let beginning = "\(Self.encoded(["alg": .string(method), "typ": "JWT"])).\(parts[1])"
            forged += ["\(beginning).", beginning, "\(beginning).\(parts[2])"]
        }
        forged.append("\(Self.encoded(["typ": "JWT"])).\(parts[1]).\(parts[2])")
        forged.append(try JWT.sign(claims, key: otherKey))
        forged.append(try JWT.sign(claims, key: [0]))
        // The key is where the token says; or so it says.
        let beside: JSON = ["alg": "HS256", "kid": "../../dev/null", "jku": "https://example.com/keys", "typ": "JWT"]
        forged.append("\(Self.encoded(beside)).\(parts[1]).\(parts[2])")
        for (name, value) in [
            ("exp", JSON.integer(now + 1_000_000)), ("exp", .integer(now - 1)), ("sub", .string(UUID().description)),
            ("roles", ["instance_admin"]), ("aud", "other"),
        ] {
            claims[name] = value
            forged.append("\(Self.encoded(head)).\(Self.encoded(claims)).\(parts[2])")
        }
        for token in forged {
            for path in Self.paths {
                let answer = try await Self.ask(api, path, token)
                #expect(answer.status == 401, "\(token): \(answer.body)")
                #expect(!answer.body.contains(token) && !answer.body.contains(api.workspace.description))
            }
        }
        for path in Self.paths { #expect(try await Self.ask(api, path, good).status == 200) }
    }

    private static func ask(_ api: TestAPI, _ path: String, _ token: String) async throws -> Answer {
        let authorization = ["Authorization": "Bearer \(token)"]
        if path.contains("public") { return try await api.send(.get, path, with: authorization) }
        return try await api.send(.post, path, "{}", with: authorization)
    }

    private static func encoded(_ json: JSON) -> String { Base64.urlText(json.bytes) }

    private static func decoded(_ part: String) -> [UInt8]? {
        Base64.decode(part.replacing("-", with: "+").replacing("_", with: "/"))
    }
}
