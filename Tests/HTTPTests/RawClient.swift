import Glibc

/// A client that says exactly what a test wants said, on a blocking socket. Use it in `onThread`.
///
/// Unchecked: a test awaits each `onThread` before the next, so one thread at a time uses it.
final class RawClient: @unchecked Sendable {
    struct Reply: Sendable {
        var status: Int
        var headers: [(name: String, value: String)]
        var bytes: [UInt8] = []
        var body: String { String(decoding: bytes, as: UTF8.self) }

        func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let descriptor: Int32
    private var buffer: [UInt8] = []

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        // A server that never answers fails a test, and does not hang the run.
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            throw Failure(description: "connect: errno \(errno)")
        }
    }

    deinit { close(descriptor) }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.send(descriptor, buffer.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(description: "send: errno \(errno)") }
            sent += count
        }
    }

    /// Ends this side's sending, as a client does that closes.
    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Closes with a reset, as a client does that is killed with unread data.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        // Keeps the number for deinit, but resets the connection: connecting to nothing dissolves it.
        var none = sockaddr(sa_family: sa_family_t(AF_UNSPEC), sa_data: sockaddr().sa_data)
        connect(descriptor, &none, socklen_t(MemoryLayout<sockaddr>.size))
    }

    /// The next reply; nil when the server has closed the connection.
    func reply(withoutBody: Bool = false) throws -> Reply? {
        while true {
            if let end = headEnd() {
                let head = String(decoding: buffer[..<end], as: UTF8.self)
                buffer.removeFirst(end + 4)
                var reply = try Self.parse(head)
                if reply.status == 100 { continue }
                let length = withoutBody ? 0 : Int(reply.header("Content-Length") ?? "0") ?? 0
                while buffer.count < length {
                    guard try fill() else { throw Failure(description: "closed inside a body") }
                }
                reply.bytes = Array(buffer.prefix(length))
                buffer.removeFirst(length)
                return reply
            }
            guard try fill() else { return nil }
        }
    }

    func require(withoutBody: Bool = false) throws -> Reply {
        guard let reply = try reply(withoutBody: withoutBody) else { throw Failure(description: "closed") }
        return reply
    }

    func ask(_ text: String) throws -> Reply {
        try send(text)
        return try require()
    }

    /// Waits for `100 Continue`.
    func awaitContinue() throws {
        while true {
            if let end = headEnd() {
                let head = String(decoding: buffer[..<end], as: UTF8.self)
                guard head.hasPrefix("HTTP/1.1 100") else { throw Failure(description: "not 100: \(head)") }
                buffer.removeFirst(end + 4)
                return
            }
            guard try fill() else { throw Failure(description: "closed before 100") }
        }
    }

    /// Whether the server closes, saying nothing more.
    func isClosed() throws -> Bool {
        if !buffer.isEmpty { return false }
        return try !fill()
    }

    /// Whether the server closes within so many milliseconds; what it says meanwhile is kept.
    func hasEnded(within milliseconds: Int32) throws -> Bool {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, milliseconds) > 0 else { return false }
        return try !fill()
    }

    private func headEnd() -> Int? {
        guard buffer.count >= 4 else { return nil }
        return (0...(buffer.count - 4)).first { buffer[$0..<($0 + 4)].elementsEqual("\r\n\r\n".utf8) }
    }

    private func fill() throws -> Bool {
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(descriptor, &piece, piece.count, 0)
        if count < 0, errno == ECONNRESET { return false }
        guard count >= 0 else { throw Failure(description: "recv: errno \(errno)") }
        buffer.append(contentsOf: piece.prefix(count))
        return count > 0
    }

    private static func parse(_ head: String) throws -> Reply {
        let lines = head.split(separator: "\r\n")
        guard let first = lines.first, let status = first.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { throw Failure(description: "not HTTP: \(head)") }
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (String(parts[0]), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
        }
        return Reply(status: status, headers: headers)
    }
}
