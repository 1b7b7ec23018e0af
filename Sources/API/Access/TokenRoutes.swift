import Access
import HTTP
import JSON

/// Where a program gets an access token for its client id and secret; at every address that clients have been seen to
/// ask, as JSON or as a form.
struct TokenRoutes: Sendable {
    /// Of the addresses that take forms.
    static let paths = [
        "/api/v1/applications/token", "/api/public/v1/applications/token", "/applications/token",
        "/v1/applications/token",
    ]

    let services: APIServices

    var routes: [Route] {
        [
            Route(.post, "/api/v1/applications/token", "applicationTokenRequest", issue),
            Route(.post, Interface.publicPrefix + "/applications/token", "public.getAccessToken", issue),
            Route(.post, "/applications/token", "token", issue),
        ]
    }

    /// The grant type is not looked at: half of the clients leave it out or spell it otherwise.
    private func issue(_ request: HTTPRequest) async throws -> HTTPResponse {
        let body = try Body(formOrJSON: request)
        guard let id = try body.text("client_id", atMost: 1000),
            let secret = try body.text("client_secret", atMost: 1000)
        else { throw Problem.missing("client_id or client_secret") }
        let token = try await services.access.tokens.issue(
            clientID: id, clientSecret: secret, address: request.address(behind: services.access.settings.proxies))
        var response = HTTPResponse.answer([
            "access_token": .string(token.text), "token_type": "Bearer", "expires_in": .integer(token.expiresIn),
        ])
        response.headers["Cache-Control"] = "no-store"
        return response
    }
}

extension Body {
    /// The members of a form, each a string, or of a JSON object.
    fileprivate init(formOrJSON request: HTTPRequest) throws {
        guard request.mediaType == "application/x-www-form-urlencoded" else {
            try self.init(request)
            return
        }
        guard let form = try? HTTPQuery(form: request.body) else {
            throw Problem.unprocessable("The body is no form.")
        }
        var members = JSONObject()
        for item in form.items { members[item.name] = .string(item.value) }
        self.init(members)
    }
}
