import Glibc
import HTTP
import HTTPClient
import Posix
import TestKit
import Testing

@Suite("Calls to the outside", .timeLimit(.minutes(2)))
struct HTTPClientTests {
    @Test func `a body is posted as it is with its headers, and without one the call is a GET`() async throws {
        let receiver = try WebhookReceiver()
        let body = [UInt8](0...255)
        let address = try WebAddress(receiver.address + "/a/b?c=d")
        let posted = try await HTTPClient().send(HTTPCall(address, headers: [("X-Own", "1, 2")], body: body))
        _ = try await HTTPClient().send(HTTPCall(address))
        _ = try await HTTPClient().send(HTTPCall(address, body: []))
        await receiver.stop()
        #expect(posted.status == 200)
        #expect(posted.body == Array("ok".utf8))
        #expect(!posted.isCut)
        let calls = receiver.calls
        #expect(calls.map(\.method) == [.post, .get, .post])
        #expect(calls.map(\.path) == ["/a/b", "/a/b", "/a/b"])
        #expect(calls[0].body == body)
        #expect(calls[0].headers["X-Own"] == "1, 2")
        #expect(calls[2].body == [])
    }

    @Test func `a redirect is an answer and is not followed`() async throws {
        let other = try WebhookReceiver()
        let there = other.address
        let receiver = try WebhookReceiver { _ in HTTPResponse(302, headers: ["Location": there]) }
        let reply = try await HTTPClient().send(HTTPCall(WebAddress(receiver.address), body: [1]))
        await receiver.stop()
        await other.stop()
        #expect(reply.status == 302)
        #expect(other.calls.isEmpty)
    }

    @Test func `of a huge answer the beginning is read`() async throws {
        let receiver = try WebhookReceiver { _ in .text(503, String(repeating: "x", count: 8 << 20)) }
        var settings = HTTPClientSettings()
        settings.largestBody = 1000
        let reply = try await HTTPClient(settings).send(HTTPCall(WebAddress(receiver.address)))
        await receiver.stop()
        #expect(reply.status == 503)
        #expect(reply.body.count == 1000)
        #expect(reply.isCut)
    }

    @Test func `the pause that a receiver asks for is told`() async throws {
        let receiver = try WebhookReceiver { _ in HTTPResponse(429, headers: ["Retry-After": "17"]) }
        let reply = try await HTTPClient().send(HTTPCall(WebAddress(receiver.address)))
        await receiver.stop()
        #expect(reply.retryAfter == .seconds(17))
    }

    @Test func `a receiver that keeps silent is given up, in a sentence without the path`() async throws {
        let gate = AsyncStream.makeStream(of: Void.self)
        let receiver = try WebhookReceiver { _ in
            for await _ in gate.stream {}
            return .text(200, "late")
        }
        var settings = HTTPClientSettings()
        settings.total = .seconds(1)
        let error = await failure(of: HTTPCall(try WebAddress(receiver.address + "/secret")), settings)
        gate.continuation.finish()
        await receiver.stop()
        #expect(error?.code == .timedOut)
        #expect(error?.message.contains("did not answer within 1 s") == true)
        #expect(error?.message.contains("secret") == false)
    }

    @Test func `a cancelled call ends, though its receiver keeps silent`() async throws {
        let gate = AsyncStream.makeStream(of: Void.self)
        let receiver = try WebhookReceiver { _ in
            for await _ in gate.stream {}
            return .text(200, "late")
        }
        var settings = HTTPClientSettings()
        settings.total = .seconds(600)
        let call = HTTPCall(try WebAddress(receiver.address))
        let task = Task { [settings] in try await HTTPClient(settings).send(call) }
        _ = try await receiver.calls(1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        gate.continuation.finish()
        await receiver.stop()
    }

    @Test func `where nothing listens the call fails at once, in a sentence without the path`() async throws {
        let receiver = try WebhookReceiver()
        let address = receiver.address
        await receiver.stop()
        let error = await failure(of: HTTPCall(try WebAddress(address + "/secret")))
        #expect(error?.code == .unreachable)
        #expect(error?.message == "Nothing takes calls at \(address); is the receiver running?")
    }

    @Test func `an answer that is cut off is no answer`() async throws {
        let client = try PythonServer(
            """
            import socket
            server = socket.create_server(("127.0.0.1", 0))
            print(server.getsockname()[1], flush=True)
            while True:
                client, _ = server.accept()
                client.recv(1)
                client.close()
            """)
        let error = await failure(
            of: HTTPCall(try WebAddress("http://127.0.0.1:\(try await client.port())"), body: [1]))
        #expect(error?.code == .broken)
    }

    @Test(arguments: [
        "http://169.254.169.254/latest", "http://[fe80::1]/", "http://[::ffff:169.254.1.2]/", "http://2852039166/",
        "http://0xa9fea9fe/", "http://224.0.0.1/", "http://100.100.100.200/", "http://[fd00:ec2::254]/",
    ])
    func `an address of a metadata service is never called, however it is written`(text: String) async throws {
        let error = await failure(of: HTTPCall(try WebAddress(text)))
        #expect(error?.code == .refused, "\(error?.message ?? "")")
    }

    @Test func `where only public addresses may be called, this machine may not`() async throws {
        let receiver = try WebhookReceiver()
        var settings = HTTPClientSettings()
        settings.reach = .publicOnly
        let port = receiver.address.split(separator: ":")[2]
        for host in ["127.0.0.1", "localhost"] {
            let error = await failure(of: HTTPCall(try WebAddress("http://\(host):\(port)/")), settings)
            #expect(error?.code == .refused)
        }
        await receiver.stop()
        #expect(receiver.calls.isEmpty)
    }

    @Test func `a header with a line break is refused and not sent`() async throws {
        let receiver = try WebhookReceiver()
        for value in ["a\r\nX-Other: b", "a\nb", "a\0b"] {
            let error = await failure(of: HTTPCall(try WebAddress(receiver.address), headers: [("X-Own", value)]))
            #expect(error?.code == .refused)
        }
        await receiver.stop()
        #expect(receiver.calls.isEmpty)
    }

    @Test func `a certificate that nobody vouches for is refused, and one that is named is taken`() async throws {
        let directory = "/tmp/swiftlet-tls-\(UUID())"
        try Directory.create(directory, mode: 0o700)
        defer { try? Directory.remove(directory) }
        let server = try PythonServer(
            """
            import http.server, ssl, subprocess, sys
            directory = sys.argv[1]
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=here",
                            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", directory + "/key.pem",
                            "-out", directory + "/cert.pem"], check=True, stderr=subprocess.DEVNULL)
            class Handler(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    self.send_response(204)
                    self.end_headers()
                def log_message(self, *words): pass
            server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(directory + "/cert.pem", directory + "/key.pem")
            server.socket = context.wrap_socket(server.socket, server_side=True)
            print(server.server_address[1], flush=True)
            server.serve_forever()
            """, [directory])
        let port = try await server.port()
        let call = HTTPCall(try WebAddress("https://127.0.0.1:\(port)/secret"))
        let error = await failure(of: call)
        #expect(error?.code == .untrusted)
        #expect(error?.message.contains("secret") == false)
        var settings = HTTPClientSettings()
        settings.authorities = directory + "/cert.pem"
        #expect(try await HTTPClient(settings).send(call).status == 204)
        // The certificate is for another name.
        let named = HTTPCall(try WebAddress("https://localhost:\(port)/"))
        #expect(await failure(of: named, settings)?.code == .untrusted)
        let plain = try WebhookReceiver()
        let mute = HTTPCall(try WebAddress(plain.address.replacing("http:", with: "https:")))
        #expect(await failure(of: mute)?.code == .untrusted)
        await plain.stop()
    }

    private func failure(
        of call: HTTPCall, _ settings: HTTPClientSettings = HTTPClientSettings()
    ) async -> HTTPCallError? {
        do {
            let reply = try await HTTPClient(settings).send(call)
            Issue.record("answered \(reply.status)")
        } catch { return error as? HTTPCallError }
        return nil
    }
}

/// A server of the test's own in Python, which writes its port in its first line.
final class PythonServer: Sendable {
    private let child: Child
    private let output: String

    init(_ script: String, _ arguments: [String] = []) throws {
        output = "/tmp/swiftlet-python-\(UUID())"
        let python = try #require(Program.find("python3", in: "/usr/bin:" + (Environment.current["PATH"] ?? "")))
        var request = ChildRequest(
            python, ["-c", script] + arguments, environment: Environment.current.values)
        request.descriptors = [nil, try Descriptor.open(output, O_WRONLY | O_CREAT | O_TRUNC), nil]
        child = try Child.spawn(request)
    }

    deinit {
        child.signal(.kill)
        _ = child.wait()
        try? Directory.remove(output)
    }

    func port() async throws -> Int {
        var port: Int?
        try await eventually {
            let text = String(decoding: (try? SecureFile.read(output, limit: 100)) ?? [], as: UTF8.self)
            port = text.hasSuffix("\n") ? Int(text.dropLast()) : nil
            return port != nil
        }
        return try #require(port)
    }
}
