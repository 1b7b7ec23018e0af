import HTTP
import Testing

struct LoopbackDefenceTests {
    private func refusal(
        _ method: HTTPMethod = .get, _ path: String = "/", headers: HTTPHeaders, body: String = ""
    ) throws -> Int? {
        let request = try HTTPRequest(method, path, headers: headers, body: Array(body.utf8))
        return LoopbackDefence(formPaths: ["/oauth/token"]).refusal(of: request)?.status
    }

    @Test(arguments: ["localhost", "LOCALHOST:8000", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:65535"])
    func `this machine's names are let in`(_ host: String) throws {
        #expect(try refusal(headers: ["Host": host]) == nil)
        #expect(try refusal(headers: ["Host": host, "Origin": "http://\(host)"]) == nil)
        #expect(
            try refusal(headers: ["Host": host, "Origin": "https://\(host)", "Sec-Fetch-Site": "same-origin"]) == nil)
    }

    @Test(arguments: [
        "", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "localhost:", "localhost:80a",
        "localhost:123456", "localhost@evil.example", "localhost:80@evil.example", "evil.example:localhost", "[::1",
        "[::1]x", "::1", "127.0.0.10", "0.0.0.0", "localhost ", "localhost.", "127.1", "2130706433", "localhost/",
    ])
    func `every other name is refused, as host and as origin`(_ host: String) throws {
        #expect(try refusal(headers: ["Host": host]) == 403)
        #expect(try refusal(headers: ["Host": "localhost", "Origin": "http://\(host)"]) == 403)
    }

    @Test func `a page of another site is refused`() throws {
        #expect(try refusal(headers: ["Host": "localhost", "Origin": "null"]) == 403)
        #expect(try refusal(headers: ["Host": "localhost", "Origin": ""]) == 403)
        #expect(try refusal(headers: ["Host": "localhost", "Origin": "localhost"]) == 403)
        #expect(try refusal(headers: ["Host": "localhost", "Origin": "file://localhost"]) == 403)
        #expect(try refusal(headers: ["Host": "localhost", "Sec-Fetch-Site": "cross-site"]) == 403)
        #expect(try refusal(headers: ["Host": "localhost", "Sec-Fetch-Site": "Cross-Site"]) == 403)
        #expect(try refusal(headers: [:]) == 403)
        var twice: HTTPHeaders = ["Host": "localhost"]
        twice.add("host", "evil.example")
        #expect(try refusal(headers: twice) == 403)
    }

    @Test(
        arguments: [
            ("application/json", "/", nil), ("Application/JSON; charset=utf-8", "/", nil), ("text/plain", "/", 415),
            ("", "/", 415), ("application/x-www-form-urlencoded", "/", 415), ("application/jsonx", "/", 415),
            ("application/x-www-form-urlencoded", "/oauth/token", nil), ("multipart/form-data", "/oauth/token", 415),
            ("text/plain; application/json", "/", 415),
        ] as [(String, String, Int?)])
    func `a body must be JSON, or a form where forms are taken`(_ type: String, _ path: String, _ status: Int?) throws {
        let headers: HTTPHeaders = ["Host": "localhost", "Content-Type": type]
        #expect(try refusal(.post, path, headers: headers, body: "{}") == status)
        var announced = headers
        announced.add("Content-Length", "2")
        #expect(try refusal(.post, path, headers: announced) == status)
        announced = headers
        announced.add("Transfer-Encoding", "chunked")
        #expect(try refusal(.post, path, headers: announced) == status)
        #expect(try refusal(.post, path, headers: ["Host": "localhost"]) == nil)
    }
}
