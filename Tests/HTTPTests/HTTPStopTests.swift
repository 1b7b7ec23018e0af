import HTTP
import Synchronization
import Testing

struct HTTPStopTests {
    @Test func `stop waits for a running handler, and refuses new clients meanwhile`() async throws {
        let gate = Gate()
        let server = try HTTPServer(
            host: "127.0.0.1", errorBody: { error, _, _ in errorBody(error) },
            handler: { _ in
                await gate.pass()
                return .json(200, Array("done".utf8))
            })
        let port = server.port
        let client = try await onThread {
            let client = try RawClient(port: port)
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            return client
        }
        await gate.arrived(1)
        let stop = Task { await server.stop(grace: .seconds(60)) }
        try await onThread {
            while (try? RawClient(port: port)) != nil {}
        }
        await gate.open()
        #expect(try await onThread { try client.require().body } == "done")
        await stop.value
        #expect(try await onThread { try client.isClosed() })
    }

    @Test func `a handler that is not done in the grace is cancelled, and its client is answered`() async throws {
        let gate = Gate()
        let server = try HTTPServer(
            host: "127.0.0.1", errorBody: { error, _, _ in errorBody(error) },
            handler: { _ in
                await gate.pass()
                return .noContent
            })
        let port = server.port
        let clients = try await onThread {
            try (0..<20).map { _ in
                let client = try RawClient(port: port)
                try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                return client
            }
        }
        await gate.arrived(20)
        await server.stop(grace: .milliseconds(10))
        await gate.cancelled(20)
        try await onThread { () throws in
            for client in clients {
                #expect(try client.require().status == 503)
                #expect(try client.isClosed())
            }
        }
    }

    @Test func `a handler that ignores its cancellation does not hold the stop up`() async throws {
        let release = Mutex<CheckedContinuation<Void, Never>?>(nil)
        let gate = Gate()
        let server = try HTTPServer(
            host: "127.0.0.1", errorBody: { error, _, _ in errorBody(error) },
            handler: { _ in
                await withCheckedContinuation { continuation in
                    release.withLock { $0 = continuation }
                    Task {
                        await gate.open()
                        await gate.pass()
                    }
                }
                return .noContent
            })
        let port = server.port
        let client = try await onThread {
            let client = try RawClient(port: port)
            try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            return client
        }
        await gate.arrived(1)
        await server.stop(grace: .zero)
        #expect(try await onThread { try client.require().status } == 503)
        // The late answer meets a request that is over.
        release.withLock { $0.take() }?.resume()
    }

    @Test func `stop ends amid idle, half-sent and vanished requests, and twice at once`() async throws {
        let gate = Gate()
        let server = try HTTPServer(
            host: "127.0.0.1", errorBody: { error, _, _ in errorBody(error) },
            handler: { request in
                if request.path == "/wait" { await gate.pass() }
                return .noContent
            })
        let port = server.port
        let clients = try await onThread {
            let idle = try RawClient(port: port)
            _ = try idle.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            let head = try RawClient(port: port)
            try head.send("GET / HTTP/1.1\r\nHo")
            let body = try RawClient(port: port)
            try body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
            let vanished = try RawClient(port: port)
            try vanished.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
            return [idle, head, body, vanished]
        }
        await gate.arrived(1)
        try await onThread { clients[3].reset() }
        async let first: Void = server.stop(grace: .milliseconds(10))
        async let second: Void = server.stop(grace: .milliseconds(10))
        _ = await (first, second)
        try await onThread { () throws in
            for client in clients.prefix(3) { #expect(try client.isClosed()) }
            #expect(throws: RawClient.Failure.self) { _ = try RawClient(port: port) }
        }
    }

    @Test func `requests that arrive while it stops never leave a connection suspended`() async throws {
        // libmicrohttpd aborts the process if one is, so the test is that it goes through.
        for _ in 0..<20 {
            let server = try HTTPServer(
                host: "127.0.0.1", errorBody: { error, _, _ in errorBody(error) },
                handler: { _ in
                    await Task.yield()
                    return .noContent
                })
            let port = server.port
            let load = Task {
                try await onThread {
                    let clients = try (0..<8).map { _ in try RawClient(port: port) }
                    do {
                        while true {
                            for client in clients { try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }
                            for client in clients { if try client.reply() == nil { return } }
                        }
                    } catch {}
                }
            }
            _ = try await onThread { try RawClient(port: port).ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }
            await server.stop(grace: .zero)
            _ = await load.result
        }
    }

    @Test func `a taken port is refused with a sentence`() async throws {
        try await withServer(handler: echo) { server in
            #expect {
                _ = try HTTPServer(host: "127.0.0.1", port: server.port, errorBody: { _, _, _ in [] }, handler: echo)
            } throws: { error in
                (error as? HTTPError)?.message.contains("the port is taken") == true
            }
        }
        #expect(throws: HTTPError.self) {
            _ = try HTTPServer(host: "example.com", errorBody: { _, _, _ in [] }, handler: echo)
        }
    }
}
