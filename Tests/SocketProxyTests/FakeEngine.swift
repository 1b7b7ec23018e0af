import Posix
import Synchronization

/// Listens on a socket as a container engine does, and answers each request by what it begins with.
final class FakeEngine: Sendable {
    let path = "/tmp/swiftlet-engine-\(UUID())"
    private let listener: Descriptor
    private let heard = Mutex<[String]>([])

    /// - Parameter answer: gets the head and the connection, behind which a body or a stream may come.
    init(_ answer: @escaping @Sendable (String, Descriptor) throws -> Void) throws {
        listener = try UnixSocket.listen(on: path)
        Thread.start { [listener, self] in
            while let client = UnixSocket.accept(on: listener) {
                Thread.start { [self] in
                    var head = ""
                    while !head.hasSuffix("\r\n\r\n") {
                        guard let byte = try? client.read(upTo: 1), !byte.isEmpty else { return }
                        head += String(decoding: byte, as: UTF8.self)
                    }
                    heard.withLock { $0.append(head) }
                    try? answer(head, client)
                    client.close()
                }
            }
        }
    }

    /// The heads of all requests that came, but for looks at a container.
    var requests: [String] { heard.withLock { $0.filter { !$0.contains("/json HTTP/1.0") } } }
}
