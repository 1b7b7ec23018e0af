import HTTP
import Testing

struct HTTPLimitTests {
    private var small: HTTPLimits {
        var limits = HTTPLimits()
        limits.body = 1000
        limits.headers = 8 << 10
        return limits
    }

    @Test func `a body that announces to be too large is refused before it is sent`() async throws {
        try await withServer(limits: small, handler: echo) { server in
            let port = server.port
            try await onThread {
                let client = try RawClient(port: port)
                let reply = try client.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n")
                #expect(reply.status == 413)
                #expect(reply.header("Content-Type") == "application/json")
                #expect(reply.body == #"{"message":"The body exceeds 1000 bytes."}"#)
                #expect(try client.isClosed())
                let largest = String(repeating: "x", count: 1000)
                let fits = try RawClient(port: port).ask(
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n\(largest)")
                #expect(fits.body == "POST / 1000")
            }
        }
    }

    @Test func `a client that sends a refused body in full still reads why`() async throws {
        try await withServer(limits: small, handler: echo) { server in
            let port = server.port
            let reply = try await onThread {
                let client = try RawClient(port: port)
                try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8000000\r\n\r\n")
                try client.send([UInt8](repeating: 120, count: 8_000_000))
                return try client.require()
            }
            #expect(reply.status == 413)
        }
    }

    @Test func `a chunked body is cut off where it exceeds the limit`() async throws {
        try await withServer(limits: small, handler: echo) { server in
            let port = server.port
            try await onThread {
                let client = try RawClient(port: port)
                try client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
                let chunk = "100\r\n" + String(repeating: "x", count: 256) + "\r\n"
                for _ in 0..<4 { try client.send(chunk) }
                let reply = try client.require()
                #expect(reply.status == 413)
                #expect(reply.body == #"{"message":"The body exceeds 1000 bytes."}"#)
                #expect(reply.header("X-Request-Id") != nil)
                #expect(try client.isClosed())
            }
        }
    }

    @Test func `bodies that together exceed their memory are refused, and the memory is given back`() async throws {
        let gate = Gate()
        var limits = small
        limits.bodies = 1500
        try await withServer(
            limits: limits,
            handler: { request in
                await gate.pass()
                return .noContent
            }
        ) { server in
            let port = server.port
            let request =
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n" + String(repeating: "x", count: 1000)
            let first = try await onThread {
                let client = try RawClient(port: port)
                try client.send(request)
                return client
            }
            await gate.arrived(1)
            #expect(try await onThread { try RawClient(port: port).ask(request).status } == 503)
            await gate.open()
            let statuses = try await onThread { [try first.require().status, try first.ask(request).status] }
            #expect(statuses == [204, 204])
        }
    }

    @Test func `headers over the limit are refused with 431, as JSON`() async throws {
        try await withServer(limits: small, handler: echo) { server in
            let port = server.port
            try await onThread {
                let long = String(repeating: "x", count: 9000)
                let reply = try RawClient(port: port).ask("GET / HTTP/1.1\r\nHost: a\r\nX-Long: \(long)\r\n\r\n")
                #expect(reply.status == 431)
                #expect(reply.header("Content-Type") == "application/json")
                let target = try RawClient(port: port).ask("GET /\(long) HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(target.status == 431)
                // Far beyond what is kept for a connection, libmicrohttpd answers by itself.
                let client = try RawClient(port: port)
                try? client.send("GET / HTTP/1.1\r\nHost: a\r\n")
                for _ in 0..<40 { try? client.send("X-Long: \(long)\r\n") }
                let status = try client.reply()?.status
                #expect(status == nil || status == 431)
            }
        }
    }

    @Test func `a connection over the limit waits for one that ends`() async throws {
        var limits = HTTPLimits()
        limits.connections = 2
        try await withServer(limits: limits, handler: echo) { server in
            let port = server.port
            try await onThread {
                var open = try (0..<2).map { _ in try RawClient(port: port) }
                for client in open { #expect(try client.ask("GET /a HTTP/1.1\r\nHost: a\r\n\r\n").status == 200) }
                let waiting = try RawClient(port: port)
                try waiting.send("GET /b HTTP/1.1\r\nHost: a\r\n\r\n")
                open.removeLast()
                #expect(try waiting.require().body == "GET /b 0")
            }
        }
    }

    @Test func `a silent client is disconnected`() async throws {
        var limits = HTTPLimits()
        limits.silence = .seconds(1)
        try await withServer(limits: limits, handler: echo) { server in
            let port = server.port
            try await onThread {
                let client = try RawClient(port: port)
                try client.send("GET / HTTP/1.1\r\nHo")
                #expect(try client.isClosed())
            }
        }
    }
}
