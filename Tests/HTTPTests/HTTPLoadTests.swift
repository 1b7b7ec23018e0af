import HTTP
import Posix
import Testing

/// More clients, or slower ones, than a server can bear.
struct HTTPLoadTests {
    @Test func `a request beyond those that may run is refused at once, and told when to come again`() async throws {
        let gate = Gate()
        var limits = HTTPLimits()
        limits.running = 2
        try await withServer(
            limits: limits,
            handler: { _ in
                await gate.pass()
                return .noContent
            }
        ) { server in
            let port = server.port
            let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
            let running = try await onThread {
                try (0..<2).map { _ in
                    let client = try RawClient(port: port)
                    try client.send(request)
                    return client
                }
            }
            await gate.arrived(2)
            let refused = try await onThread {
                let client = try RawClient(port: port)
                let reply = try client.ask(request)
                #expect(reply.status == 503)
                #expect(reply.header("Retry-After") == "1")
                #expect(reply.header("Content-Type") == "application/json")
                return client
            }
            await gate.open()
            try await onThread { () throws in
                for client in running { #expect(try client.require().status == 204) }
                // Its connection was kept.
                #expect(try refused.ask(request).status == 204)
            }
        }
    }

    @Test func `a client that trickles its head is cut off, however steadily`() async throws {
        var limits = HTTPLimits()
        limits.head = .milliseconds(500)
        try await withServer(limits: limits, handler: echo) { server in
            let port = server.port
            try await onThread {
                for start in ["", "GET /again HTTP/1.1\r\nHost: a\r\n\r\n"] {
                    let client = try RawClient(port: port)
                    if !start.isEmpty { #expect(try client.ask(start).status == 200) }
                    try client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ")
                    // Ends only because the server closes: never silent for longer than a moment.
                    while (try? client.send("x")) != nil {
                        if try client.hasEnded(within: 50) { break }
                    }
                    #expect(try client.isClosed())
                }
                #expect(try RawClient(port: port).ask("GET /fine HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
            }
        }
    }

    @Test func `a handler that takes longer than a head may is not cut off`() async throws {
        let gate = Gate()
        var limits = HTTPLimits()
        limits.head = .milliseconds(100)
        limits.silence = .seconds(1)
        try await withServer(
            limits: limits,
            handler: { request in
                if request.path == "/slow" { await gate.pass() }
                return .noContent
            }
        ) { server in
            let port = server.port
            let slow = try await onThread {
                let client = try RawClient(port: port)
                try client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
                return client
            }
            await gate.arrived(1)
            // By the time that a silent connection is closed, the other would have been closed many times over.
            #expect(try await onThread { try RawClient(port: port).isClosed() })
            await gate.open()
            #expect(try await onThread { try slow.require().status } == 204)
        }
    }

    @Test func `a thousand connections are kept, and each is answered again`() async throws {
        var limits = HTTPLimits()
        // All of them ask before the first is listened to.
        limits.running = 1000
        // Both ends of each are open here; other tests need some files too.
        let count = min(1000, (OpenFiles.raiseLimit() - 600) / 2)
        try await withServer(limits: limits, handler: echo) { server in
            let port = server.port
            try await onThread {
                let clients = try (0..<count).map { _ in try RawClient(port: port) }
                for _ in 0..<2 {
                    for client in clients { try client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n") }
                    for client in clients { #expect(try client.require().body == "GET /a 0") }
                }
            }
        }
    }

    @Test(arguments: [
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n",
    ])
    func `a request that is cut short reaches no handler`(_ text: String) async throws {
        var limits = HTTPLimits()
        // A client may close its sending side alone, so what is missing is waited for.
        limits.silence = .seconds(1)
        try await withServer(
            limits: limits,
            handler: { request in
                if request.path == "/" { Issue.record("a part of a request was handled") }
                return .noContent
            }
        ) { server in
            let port = server.port
            try await onThread {
                let client = try RawClient(port: port)
                try client.send(text)
                client.finishSending()
                #expect(try client.isClosed())
                #expect(try RawClient(port: port).ask("GET /fine HTTP/1.1\r\nHost: a\r\n\r\n").status == 204)
            }
        }
    }

    @Test func `a hundred requests in one piece are answered in their order`() async throws {
        try await withServer(handler: echo) { server in
            let port = server.port
            try await onThread {
                let client = try RawClient(port: port)
                try client.send((0..<100).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
                for number in 0..<100 { #expect(try client.require().body == "GET /\(number) 0") }
            }
        }
    }
}
