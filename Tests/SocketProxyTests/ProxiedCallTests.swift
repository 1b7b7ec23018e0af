import Glibc
import Log
import Posix
import SocketProxy
import Testing

@Suite("Calls through the socket proxy", .timeLimit(.minutes(1)))
struct ProxiedCallTests {
    private let path = "/tmp/swiftlet-proxy-\(UUID())"
    private static let ours = #"{"Id": "c0ffee", "Config": {"Labels": {"swiftlet.attempt": "a"}}}"#
    private static let theirs = #"{"Id": "decaf", "Config": {"Labels": {}}}"#

    /// An engine that knows two containers, mine and other, and answers everything else by `more`.
    private func engine(_ more: @escaping @Sendable (String, Descriptor) throws -> Void) throws -> FakeEngine {
        try FakeEngine { head, client in
            let line = head.prefix { $0 != "\r\n" }
            if line.hasSuffix("/json HTTP/1.0") {
                let known = ["/mine/": Self.ours, "/other/": Self.theirs].first { line.contains($0.key) }
                let status = known == nil ? "404 Not Found" : "200 OK"
                try client.write("HTTP/1.0 \(status)\r\n\r\n\(known?.value ?? #"{"message": "none of that name"}"#)")
            } else {
                try more(head, client)
            }
        }
    }

    private func start(for engine: FakeEngine) throws {
        try SocketProxy(path: path, engine: engine.path, log: Log { _ in }).start()
    }

    /// What comes back for a request, all of which is sent at once.
    private func ask(_ request: String) throws -> String {
        let socket = try #require(UnixSocket.connect(to: path))
        try socket.write(request)
        return String(decoding: try socket.readAll(limit: 1 << 20), as: UTF8.self)
    }

    private func clear(_ engine: FakeEngine) {
        unlink(path)
        unlink(engine.path)
    }

    @Test func `a call reaches the container that was looked at, and closes behind its answer`() throws {
        let engine = try engine { _, client in try client.write("HTTP/1.1 204 No Content\r\n\r\n") }
        defer { clear(engine) }
        try start(for: engine)
        let answer = try ask(
            "DELETE /v1.41/containers/mine?force=1 HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n"
                + "DELETE /v1.41/containers/other HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(answer == "HTTP/1.1 204 No Content\r\n\r\n")
        #expect(
            engine.requests == [
                "DELETE /v1.41/containers/c0ffee?force=1 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
            ])
    }

    @Test func `what may not pass is answered here, and the engine hears nothing of it`() throws {
        let engine = try engine { _, _ in Issue.record("the engine was asked") }
        defer { clear(engine) }
        try start(for: engine)
        let head = "HTTP/1.1\r\nHost: x\r\n\r\n"
        #expect(try ask("DELETE /containers/other \(head)").contains("not one of the containers that were made here"))
        #expect(
            try ask("DELETE /containers/none \(head)")
                == "HTTP/1.0 404 Not Found\r\n\r\n{\"message\": \"none of that name\"}")
        #expect(try ask("GET /volumes \(head)").hasPrefix("HTTP/1.1 403 Forbidden\r\n"))
        #expect(try ask("POST /containers/create \(head){}").contains("of a length that is told"))
        #expect(try ask("nonsense\r\n\r\n").hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        let body = #"{"Labels": {"swiftlet.attempt": "a"}, "HostConfig": {"Privileged": true}}"#
        let refused = try ask(
            "POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        #expect(refused.contains("HostConfig.Privileged"))
        #expect(engine.requests.isEmpty)
    }

    @Test func `a new container is asked for as it was understood`() throws {
        let understood = #"{"Labels":{"swiftlet.attempt":"a"},"HostConfig":{"Memory":1},"Env":["A=ü"]}"#
        let engine = try engine { head, client in
            let length = head.firstRange(of: "content-length: ").map { head[$0.upperBound...].prefix { $0.isNumber } }
            let body = try client.read(upTo: Int(length ?? "") ?? 0)
            try client.write("HTTP/1.1 201 Created\r\n\r\n" + String(decoding: body, as: UTF8.self))
        }
        defer { clear(engine) }
        try start(for: engine)
        let body = #"{ "Labels": {"swiftlet.attempt": "a"}, "HostConfig": {"Memory": 1}, "Env": ["A=\u00fc"] }"#
        let answer = try ask(
            "POST /containers/create?name=n HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        #expect(answer == "HTTP/1.1 201 Created\r\n\r\n" + understood)
    }

    @Test func `each direction of a stream ends by itself`() throws {
        let engine = try engine { head, client in
            try client.write("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n")
            let input = try client.readAll(limit: 1 << 24)
            // The input has ended; the output begins.
            try client.write("\(input.count) ")
            for _ in 0..<64 { try client.write([UInt8](repeating: 120, count: 1 << 14)) }
        }
        defer { clear(engine) }
        try start(for: engine)
        let socket = try #require(UnixSocket.connect(to: path))
        try socket.write(
            "POST /containers/mine/attach?stream=1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n")
        for _ in 0..<64 { try socket.write([UInt8](repeating: 121, count: 1 << 14)) }
        shutdown(socket.raw, Int32(SHUT_WR))
        let answer = String(decoding: try socket.readAll(limit: 1 << 24), as: UTF8.self)
        #expect(answer.contains("\r\n\r\n1048576 x"))
        #expect(answer.hasSuffix("x") && answer.count { $0 == "x" } == 1 << 20)
    }

    @Test func `an engine that is away is said`() throws {
        try SocketProxy(path: path, engine: "/nowhere/docker.sock", log: Log { _ in }).start()
        defer { unlink(path) }
        let answer = try ask("GET /info HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 502 Bad Gateway\r\n"))
        #expect(answer.contains("does not answer at /nowhere/docker.sock"))
    }
}
