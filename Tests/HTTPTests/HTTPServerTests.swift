import HTTP
import Posix
import Synchronization
import Testing

struct HTTPServerTests {
    @Test func `two hundred slow handlers run at once`() async throws {
        let gate = Gate()
        try await withServer(handler: { request in
            await gate.pass()
            return .json(200, request.body)
        }) { server in
            let port = server.port
            let replies = Task {
                try await onThread {
                    let clients = try (0..<200).map { _ in try RawClient(port: port) }
                    for (index, client) in clients.enumerated() {
                        let body = "\(index)"
                        try client.send(
                            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
                    }
                    return try clients.map { try $0.require().body }
                }
            }
            // No handler can end before all of them have begun.
            await gate.arrived(200)
            await gate.open()
            let bodies = try await replies.value
            #expect(bodies == (0..<200).map(String.init))
        }
    }

    @Test func `a connection is kept for further requests, pipelined ones too`() async throws {
        try await withServer(handler: echo) { server in
            let port = server.port
            try await onThread {
                let client = try RawClient(port: port)
                #expect(try client.ask("GET /a HTTP/1.1\r\nHost: a\r\n\r\n").body == "GET /a 0")
                #expect(
                    try client.ask("POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nxyz").body == "POST /b 3")
                try client.send("GET /c HTTP/1.1\r\nHost: a\r\n\r\nGET /d HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try client.require().body == "GET /c 0")
                #expect(try client.require().body == "GET /d 0")
            }
        }
    }

    @Test func `an answer carries its type, its length and the id of its request`() async throws {
        let ids = Mutex<[String]>([])
        try await withServer(handler: { request in
            ids.withLock { $0.append(request.id.description) }
            #expect(request.isFromLoopback)
            return .json(201, Array("{}".utf8))
        }) { server in
            let port = server.port
            let reply = try await onThread { try RawClient(port: port).ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }
            #expect(reply.status == 201)
            #expect(reply.header("Content-Type") == "application/json")
            #expect(reply.header("Content-Length") == "2")
            #expect(ids.withLock { $0 } == [reply.header("X-Request-Id")])
        }
    }

    @Test func `HEAD is answered without a body, and the connection stays in step`() async throws {
        try await withServer(handler: echo) { server in
            let port = server.port
            try await onThread {
                let client = try RawClient(port: port)
                try client.send("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try client.require(withoutBody: true).header("Content-Length") == "9")
                #expect(try client.ask("GET /b HTTP/1.1\r\nHost: a\r\n\r\n").body == "GET /b 0")
            }
        }
    }

    @Test func `a chunked body arrives whole`() async throws {
        try await withServer(handler: { .json(200, $0.body) }) { server in
            let port = server.port
            let reply = try await onThread {
                let client = try RawClient(port: port)
                try client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab")
                try client.send("c\r\n4;x=y\r\ndefg\r\n0\r\n\r\n")
                return try client.require()
            }
            #expect(reply.body == "abcdefg")
        }
    }

    @Test func `a client that expects 100 Continue is told to go on`() async throws {
        try await withServer(handler: echo) { server in
            let port = server.port
            let reply = try await onThread {
                let client = try RawClient(port: port)
                try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
                // The body goes only after the server's word.
                try client.awaitContinue()
                return try client.ask("hi")
            }
            #expect(reply.body == "POST / 2")
        }
    }

    @Test func `a handler is cancelled when its client hangs up`() async throws {
        let gate = Gate()
        try await withServer(handler: { _ in
            await gate.pass()
            return .noContent
        }) { server in
            let port = server.port
            try await onThread {
                let client = try RawClient(port: port)
                try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                client.finishSending()
                // Still answered: a client may close its sending side alone.
                #expect(try client.require().status == 204)
            }
            await gate.cancelled(1)
            let client = try await onThread {
                let client = try RawClient(port: port)
                try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                return client
            }
            await gate.arrived(2)
            try await onThread { client.reset() }
            await gate.cancelled(2)
            await gate.open()
            let reply = try await onThread { try RawClient(port: port).ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }
            #expect(reply.status == 204)
        }
    }

    @Test func `a handler that outlives its time is cancelled and answered for`() async throws {
        let gate = Gate()
        var limits = HTTPLimits()
        limits.handler = .milliseconds(50)
        try await withServer(
            limits: limits,
            handler: { _ in
                await gate.pass()
                return .noContent
            }
        ) { server in
            let port = server.port
            let reply = try await onThread { try RawClient(port: port).ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }
            #expect(reply.status == 503)
            #expect(reply.header("Content-Type") == "application/json")
            await gate.cancelled(1)
        }
    }

    @Test func `an answer that would inject a header is not sent`() async throws {
        let notes = Mutex<[String]>([])
        let server = try HTTPServer(
            host: "127.0.0.1", errorBody: { error, _, _ in errorBody(error) },
            note: { note in notes.withLock { $0.append(note) } },
            handler: { request in
                switch request.path {
                case "/value": HTTPResponse(200, headers: ["X-A": "b\r\nSet-Cookie: c=d"])
                case "/name": HTTPResponse(200, headers: ["X-A: b\r\nSet-Cookie": "c=d"])
                case "/status": HTTPResponse(99)
                default: HTTPResponse(200, headers: ["Content-Length": "999", "Connection": "close", "Date": "x"])
                }
            })
        let port = server.port
        try await onThread {
            let client = try RawClient(port: port)
            for path in ["/value", "/name", "/status"] {
                let reply = try client.ask("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(reply.status == 500)
                #expect(reply.header("Set-Cookie") == nil)
            }
            let reply = try client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(reply.status == 200)
            #expect(reply.header("Content-Length") == "0")
        }
        #expect(notes.withLock { $0.count } == 3)
        await server.stop(grace: .zero)
    }
}
