import CMicroHTTPD
import Glibc
import Posix
import Synchronization

/// One request on its way: received, handled while its connection is suspended, answered.
///
/// Unchecked: `connection` and what belongs to receiving are used on libmicrohttpd's thread alone, save for the resume,
/// which the mutex allows once, while the connection is suspended; the rest is behind the mutex.
final class Exchange: @unchecked Sendable {
    let core: ServerCore
    let connection: OpaquePointer
    let id = UUID()
    /// The target as it was sent.
    let target: [UInt8]

    // Receiving
    var request: HTTPRequest?
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
        var handling: Task<Void, Never>?
        var deadline: Task<Void, Never>?
        var watching: UInt64?
    }

    init(_ core: ServerCore, _ connection: OpaquePointer, _ target: UnsafePointer<CChar>?) {
        self.core = core
        self.connection = connection
        self.target = target.map { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) } ?? []
    }

    /// The answer, once there is one.
    var answer: HTTPResponse? { state.withLock { $0.answer } }

    /// Suspends the connection and runs the handler. False, with an answer set, where the server is stopping.
    func handle(_ request: HTTPRequest) -> Bool {
        guard core.begin(self) else {
            finish(stoppingAnswer())
            return false
        }
        let handler = core.handler
        let limit = core.limits.handler
        return state.withLock { state in
            // `giveUp` may have come between the count and here.
            guard state.answer == nil else { return false }
            MHD_suspend_connection(connection)
            state.phase = .suspended
            state.watching = core.watch.watch(swiftlet_mhd_socket(connection)) { [self] in cancel() }
            state.handling = Task { [self] in finish(await handler(request)) }
            state.deadline = Task { [self] in
                do { try await Task.sleep(for: limit) } catch { return }
                finish(failure(HTTPError(.unavailable, "The server ran out of time for this request.")))
                cancel()
            }
            return true
        }
    }

    /// Sets the answer, if there is none, and wakes the connection to send it.
    func finish(_ response: HTTPResponse) {
        state.withLock { state in
            guard state.answer == nil, state.phase != .over else { return }
            state.answer = response
            state.deadline?.cancel()
            guard state.phase == .suspended else { return }
            state.phase = .resumed
            // Before the resume: only a suspended connection's descriptor is sure to be open.
            if let token = state.watching.take() { core.watch.forget(token) }
            MHD_resume_connection(connection)
        }
    }

    /// Answers in the handler's place and cancels it: the server's grace is over.
    func giveUp() {
        finish(stoppingAnswer())
        cancel()
    }

    /// The request is over: answered, or its connection is gone.
    func end() {
        state.withLock { state in
            state.phase = .over
            state.deadline?.cancel()
            state.handling?.cancel()
            state.handling = nil
            state.deadline = nil
            if let token = state.watching.take() { core.watch.forget(token) }
        }
        core.release(reserved)
        core.end(self)
    }

    func failure(_ error: HTTPError) -> HTTPResponse {
        let path = request?.path ?? String(decoding: target.prefix { $0 != UInt8(ascii: "?") }, as: UTF8.self)
        return .failure(error, core.errorBody(error, path, id))
    }

    private func stoppingAnswer() -> HTTPResponse {
        var response = failure(HTTPError(.unavailable, "The server is stopping; try again."))
        response.closesConnection = true
        return response
    }

    private func cancel() {
        state.withLock { $0.handling }?.cancel()
    }
}
