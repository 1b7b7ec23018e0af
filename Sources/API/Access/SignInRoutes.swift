import Access
import HTTP
import JSON
import Model
import Posix

/// Signing in with a password, for browsers; at Airbyte's addresses.
struct SignInRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            Route(.post, "/api/login", "logIn", logIn),
            Route(.post, "/api/oauth/access_token", "refreshSignIn", refresh),
            Route(.post, "/api/logout", "logOut", logOut),
        ]
    }

    private func logIn(_ request: HTTPRequest) async throws -> HTTPResponse {
        let body = try Body(request)
        guard let name = try body.text("username", atMost: 1000) else { throw Problem.missing("username") }
        guard let password = try body.text("password", atMost: 10_000) else { throw Problem.missing("password") }
        let session = try await services.access.signIn.logIn(
            name: name, password: password, address: request.address(behind: services.access.settings.proxies))
        return answer(session, request)
    }

    /// The same session, which lives on for being used.
    private func refresh(_ request: HTTPRequest) async throws -> HTTPResponse {
        answer(try await services.access.signIn.refresh(SessionCookie.value(in: request) ?? ""), request)
    }

    private func logOut(_ request: HTTPRequest) async throws -> HTTPResponse {
        if let cookie = SessionCookie.value(in: request) { try await services.access.signIn.logOut(cookie) }
        var response = HTTPResponse.noContent
        response.headers["Set-Cookie"] = SessionCookie.removal(for: request)
        return response
    }

    private func answer(_ session: SignIn.Session, _ request: HTTPRequest) -> HTTPResponse {
        var response = HTTPResponse.answer([
            "userId": .id(session.caller.personID), "name": .string(session.caller.name),
            "csrfToken": .string(session.csrfToken),
        ])
        response.headers["Set-Cookie"] = SessionCookie.header(session, for: request)
        response.headers["Cache-Control"] = "no-store"
        return response
    }
}
