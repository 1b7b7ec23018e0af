import Glibc
package import JSON
import Posix

/// Speaks HTTP to one of our programs, one connection for each request, over plain sockets.
package struct APIClient: Sendable {
    package struct Answer: Sendable {
        package let status: Int
        package let head: String
        package let body: String

        /// Null where the body is no JSON.
        package var json: JSON { (try? JSON.parse(body)) ?? .null }

        package subscript(_ key: String) -> JSON? { json[key] }
    }

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    package let port: UInt16

    package init(port: UInt16) { self.port = port }

    /// The answer to an operation of the Config API; throws for any status but 200 and 204.
    @discardableResult
    package func ask(_ operation: String, _ body: JSON = [:]) async throws -> JSON {
        let answer = try await post(operation, body)
        guard [200, 204].contains(answer.status) else {
            throw Failure(description: "\(operation) answered \(answer.status): \(answer.body)")
        }
        return answer.json
    }

    package func post(_ operation: String, _ body: JSON = [:]) async throws -> Answer {
        try await send("POST", "/api/v1/\(operation)", body: body.text)
    }

    /// Host, length and JSON as media type are added unless `headers` says otherwise.
    package func send(
        _ method: String, _ path: String, headers: [String: String] = [:], body: String? = nil
    ) async throws -> Answer {
        var all = ["Host": "127.0.0.1:\(port)", "Connection": "close"]
        if let body {
            all["Content-Type"] = "application/json"
            all["Content-Length"] = String(body.utf8.count)
        }
        all.merge(headers) { $1 }
        let head = all.map { "\($0.key): \($0.value)\r\n" }.joined()
        let request = Array("\(method) \(path) HTTP/1.1\r\n\(head)\r\n\(body ?? "")".utf8)
        let port = port
        return try await Thread.value { try Self.exchange(request, port: port) }
    }

    private static func exchange(_ request: [UInt8], port: UInt16) throws -> Answer {
        let connection = Descriptor(owning: socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
        // An answer that never comes fails a test, and does not hang the run.
        var limit = timeval(tv_sec: 120, tv_usec: 0)
        setsockopt(connection.raw, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(connection.raw, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Failure(description: "Nobody listens on port \(port): errno \(errno).") }
        // A server that refuses a body answers before it has read it all.
        send(request, over: connection)
        var bytes: [UInt8] = []
        while let part = try? connection.read(upTo: 1 << 16), !part.isEmpty { bytes += part }
        return try answer(bytes)
    }

    private static func send(_ bytes: [UInt8], over connection: Descriptor) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.send(
                    connection.raw, buffer.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    private static func answer(_ bytes: [UInt8]) throws -> Answer {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n"), text.hasPrefix("HTTP/1.1 "),
            let status = Int(text.dropFirst(9).prefix(3))
        else { throw Failure(description: "This is no answer: \(text.prefix(200))") }
        let head = String(text[..<end.lowerBound])
        return Answer(status: status, head: head, body: String(text[end.upperBound...]))
    }
}
