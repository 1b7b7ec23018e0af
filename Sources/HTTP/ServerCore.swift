import CMicroHTTPD
import Glibc
import Synchronization

/// The running daemon, and the requests that handlers are working on.
///
/// Unchecked: the daemon's pointer is written once, in `init`; everything that changes is behind the mutex.
final class ServerCore: @unchecked Sendable {
    let limits: HTTPLimits
    let admission: HTTPServer.Admission?
    let errorBody: HTTPServer.ErrorBody
    let note: @Sendable (String) -> Void
    let handler: HTTPServer.Handler
    let watch: ClientWatch
    private var daemon: OpaquePointer?
    private let state = Mutex(State())

    private struct State {
        var isStopping = false
        var exchanges: [ObjectIdentifier: Exchange] = [:]
        var clients: [ObjectIdentifier: ClientConnection] = [:]
        var bodyBytes = 0
        var waiter: (id: Int, continuation: CheckedContinuation<Void, Never>)?
        var nextWaiter = 0
    }

    init(
        socket: Int32, limits: HTTPLimits, admission: HTTPServer.Admission?,
        errorBody: @escaping HTTPServer.ErrorBody, note: @escaping @Sendable (String) -> Void,
        handler: @escaping HTTPServer.Handler
    ) throws(HTTPError) {
        self.limits = limits
        self.admission = admission
        self.errorBody = errorBody
        self.note = note
        self.handler = handler
        watch = try ClientWatch()
        // Ended by `stop`, which lasts until the watch has ended.
        try watch.start { [unowned self] in sweep() }
        // The daemon calls back with this pointer until `stop` has ended it.
        let owner = Unmanaged.passRetained(self)
        daemon = swiftlet_mhd_start(
            socket, UInt32(clamping: limits.connections), UInt32(clamping: max(1, limits.silence.components.seconds)),
            // Beyond this memory libmicrohttpd answers 431 by itself, in HTML; up to it we do, in JSON.
            limits.headers * 2 + (8 << 10), beginRequest, receiveRequest, endRequest, changeConnection,
            owner.toOpaque())
        guard daemon != nil else {
            owner.release()
            watch.stop()
            throw HTTPError(.cannotListen, "libmicrohttpd could not start; see the limits of open files and threads.")
        }
    }

    /// Counts an exchange as running until `end`; throws once the server is stopping, or has enough to do.
    func begin(_ exchange: Exchange) throws(HTTPError) {
        let refusal: String? = state.withLock { state in
            if state.isStopping { return "The server is stopping; try again." }
            if state.exchanges.count >= limits.running { return "The server is busy with other requests; try again." }
            state.exchanges[ObjectIdentifier(exchange)] = exchange
            return nil
        }
        if let refusal { throw HTTPError(.unavailable, refusal) }
        watch.startSweeping()
    }

    var isStopping: Bool { state.withLock { $0.isStopping } }

    func end(_ exchange: Exchange) {
        let waiter = state.withLock { state in
            state.exchanges[ObjectIdentifier(exchange)] = nil
            return state.exchanges.isEmpty ? state.waiter.take() : nil
        }
        waiter?.continuation.resume()
    }

    func add(_ client: ClientConnection) {
        state.withLock { $0.clients[ObjectIdentifier(client)] = client }
        watch.startSweeping()
    }

    func remove(_ client: ClientConnection) {
        state.withLock { $0.clients[ObjectIdentifier(client)] = nil }
    }

    /// Watches the clients of requests that take longer, ends those that are out of time, and closes connections on
    /// which no request comes about.
    private func sweep() -> Duration? {
        let (exchanges, clients) = state.withLock { (Array($0.exchanges.values), Array($0.clients.values)) }
        let now = ContinuousClock.now
        for exchange in exchanges { exchange.look(now: now) }
        for client in clients { client.close(after: limits.head, now: now) }
        return exchanges.isEmpty ? clients.isEmpty ? nil : Self.clientPause : Self.exchangePause
    }

    private static let exchangePause: Duration = .milliseconds(50)
    private static let clientPause: Duration = .milliseconds(500)

    /// Takes memory for body bytes, or refuses where all bodies together would exceed their limit.
    func reserve(_ bytes: Int) -> Bool {
        state.withLock { state in
            guard state.bodyBytes + bytes <= limits.bodies else { return false }
            state.bodyBytes += bytes
            return true
        }
    }

    func release(_ bytes: Int) {
        state.withLock { $0.bodyBytes -= bytes }
    }

    /// Run once, by `HTTPServer.stop`.
    func stop(grace: Duration) async {
        guard let daemon else { return }
        state.withLock { $0.isStopping = true }
        let socket = MHD_quiesce_daemon(daemon)
        // Clients are refused from now on, and not left in the backlog; the descriptor itself stays until the end.
        if socket >= 0 { shutdown(socket, Int32(SHUT_RDWR)) }
        await idle(within: grace)
        // libmicrohttpd aborts when it is stopped with a suspended connection, so each of them gets an answer.
        for exchange in state.withLock({ Array($0.exchanges.values) }) { exchange.giveUp() }
        await idle(within: .seconds(1))
        await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            let end: @Sendable () -> Void = { [self] in
                MHD_stop_daemon(self.daemon)
                if socket >= 0 { close(socket) }
                watch.stop()
                Unmanaged.passUnretained(self).release()
                done.resume()
            }
            // Without a thread it must end here: it is short, since no connection is left to wait for.
            do { try ServerThread.detach(end) } catch { end() }
        }
    }

    /// Returns when no exchange is running, at the latest after `limit`.
    private func idle(within limit: Duration) async {
        let timer = Mutex<Task<Void, Never>?>(nil)
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let id: Int? = state.withLock { state in
                guard !state.exchanges.isEmpty else { return nil }
                state.nextWaiter += 1
                state.waiter = (state.nextWaiter, continuation)
                return state.nextWaiter
            }
            guard let id else { return continuation.resume() }
            let task = Task { [self] in
                try? await Task.sleep(for: limit)
                wake(id)
            }
            timer.withLock { $0 = task }
        }
        timer.withLock { $0?.cancel() }
    }

    private func wake(_ id: Int) {
        let waiter = state.withLock { state in state.waiter?.id == id ? state.waiter.take() : nil }
        waiter?.continuation.resume()
    }
}
