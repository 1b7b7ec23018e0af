import CMicroHTTPD
import Glibc
import Synchronization

/// A client's connection, from its acceptance to its end; what it knows is since when a request is awaited on it.
final class ClientConnection: Sendable {
    private struct State {
        /// Nil once the connection is over, and the number may be another's.
        var socket: Int32?
        /// Nil while a request is under way.
        var awaitsSince: ContinuousClock.Instant? = .now
    }

    /// Without the port; empty where it has none.
    let address: String
    let isFromLoopback: Bool
    private let state: Mutex<State>

    init(socket: Int32, _ address: UnsafePointer<sockaddr>?) {
        self.address = clientAddress(address)
        isFromLoopback = isLoopback(address)
        state = Mutex(State(socket: socket))
    }

    func beginRequest() { state.withLock { $0.awaitsSince = nil } }

    func endRequest() { state.withLock { $0.awaitsSince = .now } }

    func end() { state.withLock { $0.socket = nil } }

    /// Cuts the client off where the head of a request is awaited for longer than `limit`.
    func close(after limit: Duration, now: ContinuousClock.Instant) {
        state.withLock { state in
            guard let socket = state.socket, let since = state.awaitsSince, since + limit < now else { return }
            // libmicrohttpd sees the end of the stream, and closes.
            shutdown(socket, Int32(SHUT_RDWR))
            state.awaitsSince = nil
        }
    }
}
