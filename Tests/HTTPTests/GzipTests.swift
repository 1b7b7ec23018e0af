import HTTP
import Testing

struct GzipTests {
    private static let long = String(repeating: "abcdefgh", count: 400)

    /// Answers a long text, with what the path asks for besides.
    private let handler: HTTPServer.Handler = { request in
        if request.path == "/tags" { return .text(200, request.headers["If-None-Match"] ?? "") }
        if request.path == "/known" { return HTTPResponse(304, headers: ["ETag": "\"x\""]) }
        var response = HTTPResponse.text(200, request.path == "/short" ? "short" : GzipTests.long)
        if request.path == "/cookie" { response.headers["Set-Cookie"] = "a=b" }
        if request.path == "/tagged" { response.headers["ETag"] = "\"x\"" }
        if request.path == "/binary" { response.headers["Content-Type"] = "application/octet-stream" }
        return response
    }

    private func ask(_ path: String, _ accepts: String?, further: String = "") async throws -> RawClient.Reply {
        var found: RawClient.Reply?
        try await withServer(handler: handler) { server in
            let port = server.port
            let line = accepts.map { "Accept-Encoding: \($0)\r\n" } ?? ""
            found = try await onThread {
                try RawClient(port: port).ask("GET \(path) HTTP/1.1\r\nHost: a\r\n\(line)\(further)\r\n")
            }
        }
        return try #require(found)
    }

    @Test(arguments: ["gzip", "br, gzip;q=0.5", "GZIP ; q=1", "*"])
    func `a long text comes in gzip to who takes it`(_ accepts: String) async throws {
        let reply = try await ask("/", accepts)
        #expect(reply.header("Content-Encoding") == "gzip")
        #expect(reply.header("Vary") == "Accept-Encoding")
        #expect(try expanded(reply.bytes) == Array(Self.long.utf8))
    }

    @Test(arguments: [nil, "br", "gzip;q=0", "*, gzip; q=0.000", "identity"])
    func `it comes plain to everybody else, and caches are told of the difference`(_ accepts: String?) async throws {
        let reply = try await ask("/", accepts)
        #expect(reply.header("Content-Encoding") == nil)
        #expect(reply.header("Vary") == "Accept-Encoding")
        #expect(reply.body == Self.long)
    }

    @Test(arguments: ["/short", "/cookie", "/binary"])
    func `short answers, those that set a cookie and those that are no text stay plain`(_ path: String) async throws {
        let reply = try await ask(path, "gzip")
        #expect(reply.header("Content-Encoding") == nil)
        #expect(reply.body.utf8.count == Int(try #require(reply.header("Content-Length"))))
    }

    @Test func `the tag of a coded answer differs, and a handler knows it by its own`() async throws {
        #expect(try await ask("/tagged", "gzip").header("ETag") == "\"x-gzip\"")
        #expect(try await ask("/tagged", nil).header("ETag") == "\"x\"")
        let asked = try await ask("/tags", nil, further: "If-None-Match: \"x-gzip\" , W/\"y\", \"z-gzip\"\r\n")
        #expect(asked.body == "\"x\", W/\"y\", \"z\"")
    }

    @Test(arguments: ["\"x\"", "\"x-gzip\"", "\"a\", W/\"x-gzip\""])
    func `that an answer is unchanged is said of the one that the client has`(_ known: String) async throws {
        let reply = try await ask("/known", "gzip", further: "If-None-Match: \(known)\r\n")
        #expect(reply.status == 304)
        #expect(reply.header("ETag") == (known == "\"x\"" ? "\"x\"" : "\"x-gzip\""))
        #expect(reply.header("Vary") == "Accept-Encoding")
    }

    @Test func `a compressed body is refused before it is sent`() async throws {
        try await withServer(handler: echo) { server in
            let port = server.port
            try await onThread {
                let reply = try RawClient(port: port).ask(
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n\r\n")
                #expect(reply.status == 415)
                #expect(reply.body.contains("without Content-Encoding"))
                let plain = try RawClient(port: port).ask(
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: identity\r\nContent-Length: 2\r\n\r\nhi")
                #expect(plain.body == "POST / 2")
            }
        }
    }
}
