import CMicroHTTPD
import Glibc
import Posix
import Synchronization

/// One request on its way: received, handled while its connection is suspended, answered.
///
/// Unchecked: `connection` and what belongs to receiving are used on libmicrohttpd's thread alone, save for the resume,
/// which the phase allows once, while the connection is suspended; the rest is behind the mutex.
final class Exchange: @unchecked Sendable {
    let core: ServerCore
    let connection: OpaquePointer
    let client: ClientConnection
    let id = UUID()
    /// The target as it was sent.
    let target: [UInt8]

    // Receiving
    var request: HTTPRequest?
    /// The values of `If-None-Match` as they were sent.
    var namedTags: [String] = []
    var hasHead = false
    var refusal: HTTPError?
    var body: [UInt8] = []
    var reserved = 0
    var began = ContinuousClock.now

    private let state = Mutex(State())

    private struct State {
        enum Phase { case receiving, suspended, resumed, over }

        var phase = Phase.receiving
        var answer: HTTPResponse?
        /// Nil once the handler is done.
        var handling: Task<Void, Never>?
        var isHandled = false
        var handlingSince = ContinuousClock.now
        var watching: UInt64?
    }

    /// Most handlers are done by then; the clients of the others are worth watching.
    private static let patience: Duration = .milliseconds(50)

    init(
        _ core: ServerCore, _ connection: OpaquePointer, _ client: ClientConnection, _ target: UnsafePointer<CChar>?
    ) {
        self.core = core
        self.connection = connection
        self.client = client
        self.target = target.map { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) } ?? []
    }

    /// The answer, once there is one.
    var answer: HTTPResponse? { state.withLock { $0.answer } }

    /// The head has arrived.
    func begin() {
        began = .now
        client.beginRequest()
    }

    /// Suspends the connection and runs the handler. False, with an answer set, where the server takes no more.
    func handle(_ request: HTTPRequest) -> Bool {
        do throws(HTTPError) { try core.begin(self) } catch {
            finish(unavailable(error))
            return false
        }
        let isSuspended = state.withLock { state in
            // `giveUp` may have come between the count and here.
            guard state.answer == nil else { return false }
            MHD_suspend_connection(connection)
            state.phase = .suspended
            state.handlingSince = .now
            return true
        }
        guard isSuspended else { return false }
        let handler = core.handler
        // On threads that may block, since most of what handlers do is to call the store.
        let handling = Task(executorPreference: ThreadPool.shared) { [self] in
            finish(compressed(await handler(request), for: request), handled: true)
        }
        let isOver = state.withLock { state in
            if !state.isHandled { state.handling = handling }
            return state.answer != nil
        }
        // Whoever answered in its place could not cancel it yet.
        if isOver { handling.cancel() }
        return true
    }

    /// Looks after a request whose handler is not done at once: whether its client is still there, and its time.
    func look(now: ContinuousClock.Instant) {
        let isLate = state.withLock { state in
            let age = state.handlingSince.duration(to: now)
            if state.phase == .suspended, state.watching == nil, age > Self.patience {
                state.watching = core.watch.watch(swiftlet_mhd_socket(connection)) { [self] in cancel() }
            }
            return state.handling != nil && age > core.limits.handler
        }
        guard isLate else { return }
        finish(failure(HTTPError(.unavailable, "The server ran out of time for this request.")))
        cancel()
    }

    /// Sets the answer, if there is none, and wakes the connection to send it.
    ///
    /// - Parameter handled: the handler is done.
    func finish(_ response: HTTPResponse, handled: Bool = false) {
        let resumes = state.withLock { state in
            if handled {
                state.isHandled = true
                state.handling = nil
            }
            guard state.answer == nil, state.phase != .over else { return false }
            state.answer = response
            guard state.phase == .suspended else { return false }
            state.phase = .resumed
            // Before the resume: only a suspended connection's descriptor is sure to be open.
            if let token = state.watching.take() { core.watch.forget(token) }
            return true
        }
        // Behind the lock, for which libmicrohttpd's thread would have to wait. Nobody but who has set the phase comes
        // here, and until then libmicrohttpd lets the connection be.
        if resumes { MHD_resume_connection(connection) }
    }

    /// Answers in the handler's place and cancels it: the server's grace is over.
    func giveUp() {
        finish(unavailable(HTTPError(.unavailable, "The server is stopping; try again.")))
        cancel()
    }

    /// The request is over: answered, or its connection is gone.
    func end() {
        state.withLock { state in
            state.phase = .over
            state.handling?.cancel()
            state.handling = nil
            if let token = state.watching.take() { core.watch.forget(token) }
        }
        if reserved > 0 { core.release(reserved) }
        core.end(self)
        client.endRequest()
    }

    func failure(_ error: HTTPError) -> HTTPResponse {
        let path = request?.path ?? String(decoding: target.prefix { $0 != UInt8(ascii: "?") }, as: UTF8.self)
        return .failure(error, core.errorBody(error, path, id))
    }

    private func unavailable(_ error: HTTPError) -> HTTPResponse {
        var response = failure(error)
        response.closesConnection = core.isStopping
        return response
    }

    private func cancel() {
        state.withLock { $0.handling }?.cancel()
    }
}
