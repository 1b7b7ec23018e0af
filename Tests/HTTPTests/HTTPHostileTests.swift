import HTTP
import Testing

struct HTTPHostileTests {
    @Test(arguments: [
        "\u{0}\u{1}\u{2}\r\n\r\n", "GET\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/9.9\r\nHost: a\r\n\r\n",
        "\r\n\r\n\r\n\r\nx",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n", "GET / HTTP/1.1\r\n: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{fc}\u{3}\u{3}",
    ])
    func `garbage is refused and harms nothing`(_ garbage: String) async throws {
        var limits = HTTPLimits()
        // What is only the beginning of a request is given up after this silence.
        limits.silence = .seconds(1)
        try await withServer(limits: limits, handler: echo) { server in
            let port = server.port
            try await onThread {
                let client = try RawClient(port: port)
                try client.send(garbage)
                client.finishSending()
                if let reply = try client.reply() { #expect(reply.status >= 400) }
                #expect(try RawClient(port: port).ask("GET /fine HTTP/1.1\r\nHost: a\r\n\r\n").body == "GET /fine 0")
            }
        }
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET http://evil/ HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("G@T / HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET /../etc HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /%2e%2E/etc HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /a%2fb HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET /?a=%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\nabcde", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
    ])
    func `an ambiguous request is refused as JSON`(_ text: String, _ status: Int) async throws {
        try await withServer(handler: echo) { server in
            let port = server.port
            let reply = try await onThread { try RawClient(port: port).ask(text) }
            #expect(reply.status == status)
            #expect(reply.header("Content-Type") == "application/json")
        }
    }

    @Test func `what follows a request with two lengths is not taken for another request`() async throws {
        try await withServer(handler: echo) { server in
            let port = server.port
            try await onThread {
                let client = try RawClient(port: port)
                let hidden = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n"
                try client.send(
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: \(hidden.utf8.count)\r\n\r\n\(hidden)"
                )
                #expect(try client.require().status == 400)
                #expect(try client.isClosed())
            }
        }
    }

    @Test func `the admission refuses before the body is sent, and keeps a connection that has none`() async throws {
        let admission: HTTPServer.Admission = { LoopbackDefence().refusal(of: $0) }
        try await withServer(admission: admission, handler: echo) { server in
            let port = server.port
            try await onThread {
                let form = try RawClient(port: port).ask(
                    "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\n")
                #expect(form.status == 415)
                let client = try RawClient(port: port)
                #expect(try client.ask("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n").status == 403)
                #expect(try client.ask("GET / HTTP/1.1\r\nHost: localhost:\(port)\r\n\r\n").status == 200)
            }
        }
    }

    @Test func `random bytes never end the server`() async throws {
        try await withServer(handler: echo) { server in
            let port = server.port
            try await onThread {
                var random = SystemRandomNumberGenerator()
                for _ in 0..<100 {
                    let client = try RawClient(port: port)
                    let count = Int.random(in: 1...400, using: &random)
                    let start = Array(
                        ["", "GET /", "POST / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: "].randomElement()?.utf8
                            ?? "".utf8)
                    try client.send(start + (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
                }
                #expect(try RawClient(port: port).ask("GET /fine HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
            }
        }
    }
}
