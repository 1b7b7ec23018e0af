import HTTP
import Posix
import Testing

struct FileBodyTests {
    @Test func `a body from a file arrives whole and again for the next request`() async throws {
        let text = String(repeating: "0123456789abcdef", count: 1 << 17)
        let file = try Descriptor.anonymousFile(in: "/tmp")
        try file.write(text)
        try await withServer(handler: { _ in
            var response = HTTPResponse(200, headers: ["Content-Type": "text/plain"])
            response.fileBody = FileBody(file, size: text.utf8.count)
            return response
        }) { server in
            let port = server.port
            try await onThread {
                let client = try RawClient(port: port)
                for _ in 0..<2 {
                    let reply = try client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                    #expect(reply.header("Content-Length") == String(text.utf8.count))
                    #expect(reply.body == text)
                }
            }
        }
    }
}
