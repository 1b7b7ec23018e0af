import HTTP
import Testing

struct RouterTests {
    private func router(_ paths: [(HTTPMethod, String)], aliases: [String: String] = [:]) throws -> Router {
        let routes = paths.map { method, path in
            Route(method, path, "\(method) \(path)") { request in
                let values = request.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
                return .text(200, ([request.operation] + values).joined(separator: " "))
            }
        }
        return try Router(routes, aliases: aliases) { error, _ in
            guard let error = error as? HTTPError else { return .text(500, "failed") }
            return .failure(error, errorBody(error))
        }
    }

    private func ask(_ router: Router, _ method: HTTPMethod, _ path: String) async throws -> String {
        let response = await router.respond(to: try HTTPRequest(method, path))
        return "\(response.status) " + String(decoding: response.body, as: UTF8.self)
    }

    @Test func `a literal segment wins over a parameter, which is tried where the literal leads nowhere`() async throws
    {
        let router = try router([(.get, "/jobs/{id}"), (.get, "/jobs/latest"), (.get, "/jobs/{id}/logs")])
        #expect(try await ask(router, .get, "/jobs/latest") == "200 GET /jobs/latest")
        #expect(try await ask(router, .get, "/jobs/7") == "200 GET /jobs/{id} id=7")
        #expect(try await ask(router, .get, "//jobs//7/") == "200 GET /jobs/{id} id=7")
        #expect(try await ask(router, .get, "/jobs/latest/logs") == "200 GET /jobs/{id}/logs id=latest")
        #expect(try await ask(router, .get, "/Jobs/7").hasPrefix("404"))
        #expect(try await ask(router, .get, "/jobs").hasPrefix("404"))
    }

    @Test func `a known path with another method is 405 and says which it has`() async throws {
        let router = try router([(.get, "/a"), (.post, "/a"), (.post, "/b/{c}"), (.delete, "/b/d")])
        let response = await router.respond(to: try HTTPRequest(.delete, "/a"))
        #expect(response.status == 405)
        #expect(response.headers["Allow"] == "GET, HEAD, OPTIONS, POST")
        #expect(try await ask(router, .post, "/b/d") == "200 POST /b/{c} c=d")
        #expect(try await ask(router, .get, "/b/d").hasPrefix("405"))
        let options = await router.respond(to: try HTTPRequest(.options, "/b/d"))
        #expect(options.status == 204)
        #expect(options.headers["Allow"] == "DELETE, OPTIONS, POST")
        #expect(try await ask(router, .options, "/none").hasPrefix("404"))
        #expect(try await ask(router, .head, "/a") == "200 GET /a")
        let odd = try #require(HTTPMethod(rawValue: "PROPFIND"))
        #expect(try await ask(router, odd, "/a").hasPrefix("405"))
    }

    @Test func `an alias answers like the prefix it stands for`() async throws {
        let router = try router([(.get, "/api/public/v1/jobs/{id}")], aliases: ["/v1": "/api/public/v1"])
        #expect(try await ask(router, .get, "/v1/jobs/7") == "200 GET /api/public/v1/jobs/{id} id=7")
        #expect(try await ask(router, .get, "/api/public/v1/jobs/7").hasPrefix("200"))
        #expect(try await ask(router, .get, "/v1x/jobs/7").hasPrefix("404"))
        #expect(try await ask(router, .get, "/a/v1/jobs/7").hasPrefix("404"))
    }

    @Test func `what a handler throws becomes an answer`() async throws {
        struct Odd: Error {}
        let router = try Router([Route(.get, "/a", "a") { _ in throw Odd() }]) { error, request in
            .text(error is Odd ? 418 : 500, request.path)
        }
        #expect(try await ask(router, .get, "/a") == "418 /a")
    }

    @Test func `routes that contradict one another are refused`() {
        #expect(throws: HTTPError.self) { try router([(.get, "/a/{b}"), (.get, "/a/{c}")]) }
        #expect(throws: HTTPError.self) { try router([(.get, "/a/{b}/{b}")]) }
        #expect(throws: HTTPError.self) { try router([(.get, "/a/x{b}")]) }
        #expect(throws: HTTPError.self) { try router([(.get, "/a/{}")]) }
    }
}
