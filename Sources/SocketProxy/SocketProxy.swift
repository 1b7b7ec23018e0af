package import Log
import Posix

/// Stands between whoever launches connectors and a container engine, and lets only those calls through that launching
/// takes (docs/decisions/0021-socket-proxy.md).
package struct SocketProxy: Sendable {
    private static let mostCalls: UInt32 = 512

    private let listener: Descriptor
    private let engine: String
    private let log: Log

    /// Listens on a socket at `path`; `engine` is the socket of the engine.
    package init(path: String, engine: String, log: Log) throws {
        listener = try UnixSocket.listen(on: path)
        self.engine = engine
        self.log = log
    }

    /// Answers calls on threads of their own, for as long as the program lives. More than there is room for wait.
    package func start() {
        let room = Semaphore(Self.mostCalls)
        Thread.start { [self] in
            while true {
                room.wait()
                guard let client = UnixSocket.accept(on: listener) else {
                    room.signal()
                    continue
                }
                Thread.start(stack: 1 << 18) { [self] in
                    ProxiedCall(client: client, engine: engine, log: log).carryOut()
                    room.signal()
                }
            }
        }
    }
}
