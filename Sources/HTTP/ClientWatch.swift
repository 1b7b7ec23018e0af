import CMicroHTTPD
import Glibc
import Synchronization

/// Sees clients hang up while libmicrohttpd does not look: it takes a suspended connection out of its own epoll set. Its
/// thread also looks around from time to time, for requests that are late.
///
/// Also lets refused clients down gently: closing a socket that has unread bytes resets it, and the client may lose the
/// answer that told it why; so what it still sends is read and dropped for a while.
final class ClientWatch: Sendable {
    private enum Watched {
        case client(Int32, @Sendable () -> Void)
        case refused(Int32, bytesLeft: Int, until: ContinuousClock.Instant)
    }

    private struct State {
        var watched: [UInt64: Watched] = [:]
        var next: UInt64 = 1
        var refused = 0
        var isStopping = false
        var thread: ServerThread?
    }

    /// Looks around; when to look again, or nil: not before `startSweeping`.
    typealias Sweep = @Sendable () -> Duration?

    private let epoll: Int32
    private let alarm: Int32
    private let state = Mutex(State())
    /// Whether the thread will look around by itself.
    private let isSweeping = Atomic(false)

    private static let mostRefused = 64
    private static let refusedBytes = 64 << 20
    private static let refusedTime: Duration = .seconds(5)

    init() throws(HTTPError) {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        alarm = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard epoll >= 0, alarm >= 0, control(EPOLL_CTL_ADD, alarm, EPOLLIN.rawValue, 0) else {
            close(epoll)
            close(alarm)
            throw HTTPError(.cannotListen, "No epoll descriptor can be opened; raise the limit of open files.")
        }
    }

    /// Starts the thread. `sweep` is not called any more once `stop` has returned.
    func start(_ sweep: @escaping Sweep) throws(HTTPError) {
        do throws(HTTPError) {
            let thread = try ServerThread { [self] in run(sweep) }
            state.withLock { $0.thread = thread }
        } catch {
            stop()
            throw error
        }
    }

    /// There is something to look after. Costs nothing where the thread knows.
    func startSweeping() {
        if !isSweeping.exchange(true, ordering: .sequentiallyConsistent) { ring() }
    }

    /// Calls `gone` at most once, on the watch's thread, when the client closes its side. The descriptor must stay open
    /// until `forget`. Nil where it cannot be watched.
    func watch(_ descriptor: Int32, gone: @escaping @Sendable () -> Void) -> UInt64? {
        state.withLock { state in
            let token = state.next
            let events = EPOLLRDHUP.rawValue | EPOLLONESHOT.rawValue
            guard !state.isStopping, control(EPOLL_CTL_ADD, descriptor, events, token) else { return nil }
            state.next += 1
            state.watched[token] = .client(descriptor, gone)
            return token
        }
    }

    func forget(_ token: UInt64) {
        state.withLock { state in
            guard case .client(let descriptor, _)? = state.watched.removeValue(forKey: token) else { return }
            _ = control(EPOLL_CTL_DEL, descriptor, 0, token)
        }
    }

    /// Keeps a refused client's socket open, beyond its close by libmicrohttpd, until the client has had its answer.
    func letDown(_ descriptor: Int32) {
        state.withLock { state in
            guard !state.isStopping, state.refused < Self.mostRefused else { return }
            let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
            guard copy >= 0 else { return }
            guard control(EPOLL_CTL_ADD, copy, EPOLLIN.rawValue | EPOLLRDHUP.rawValue, state.next) else {
                close(copy)
                return
            }
            let until = ContinuousClock.now + Self.refusedTime
            state.watched[state.next] = .refused(copy, bytesLeft: Self.refusedBytes, until: until)
            state.next += 1
            state.refused += 1
        }
        ring()
    }

    /// Ends the thread and closes what it holds. Blocks; nothing may be watched any more.
    func stop() {
        let thread = state.withLock { state in
            state.isStopping = true
            return state.thread.take()
        }
        ring()
        thread?.join()
        state.withLock { state in
            for case .refused(let descriptor, _, _) in state.watched.values { close(descriptor) }
            state.watched = [:]
        }
        close(epoll)
        close(alarm)
    }

    private func run(_ sweep: Sweep) {
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        while true {
            let (isStopping, refused) = state.withLock { ($0.isStopping, $0.refused) }
            if isStopping { return }
            var pause: Int64 = refused > 0 ? 250 : -1
            if let next = nextSweep(sweep) {
                let (seconds, parts) = next.components
                let wanted = max(1, seconds * 1000 + parts / 1_000_000_000_000_000)
                pause = pause < 0 ? wanted : min(pause, wanted)
            }
            let count = epoll_wait(epoll, &events, Int32(events.count), Int32(clamping: pause))
            for event in events.prefix(Int(max(0, count))) {
                if event.data.u64 == 0 {
                    var ignored: UInt64 = 0
                    _ = read(alarm, &ignored, 8)
                } else {
                    handle(event.data.u64)
                }
            }
            if refused > 0 { closeOverdue() }
        }
    }

    private func nextSweep(_ sweep: Sweep) -> Duration? {
        guard isSweeping.load(ordering: .sequentiallyConsistent) else { return nil }
        if let next = sweep() { return next }
        isSweeping.store(false, ordering: .sequentiallyConsistent)
        // What came between the two had no reason to ring.
        guard let next = sweep() else { return nil }
        isSweeping.store(true, ordering: .sequentiallyConsistent)
        return next
    }

    private func handle(_ token: UInt64) {
        let gone: (@Sendable () -> Void)? = state.withLock { state in
            switch state.watched[token] {
            case .client(_, let gone):
                return gone
            case .refused(let descriptor, let bytesLeft, let until):
                let left = drop(from: descriptor, bytesLeft)
                if left > 0 {
                    state.watched[token] = .refused(descriptor, bytesLeft: left, until: until)
                } else {
                    close(descriptor)
                    state.watched[token] = nil
                    state.refused -= 1
                }
                return nil
            case nil:
                return nil
            }
        }
        // Outside the lock: it takes the exchange's lock, under which `forget` is called.
        gone?()
    }

    private func closeOverdue() {
        let now = ContinuousClock.now
        state.withLock { state in
            for case (let token, .refused(let descriptor, _, let until)) in state.watched where until < now {
                close(descriptor)
                state.watched[token] = nil
                state.refused -= 1
            }
        }
    }

    /// Reads what is there; how many bytes may still be read, 0 once the client has closed.
    private func drop(from descriptor: Int32, _ bytesLeft: Int) -> Int {
        withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 1) { buffer in
            let count = recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
            if count > 0 { return max(0, bytesLeft - count) }
            return count < 0 && (errno == EAGAIN || errno == EINTR) ? bytesLeft : 0
        }
    }

    private func ring() {
        var one: UInt64 = 1
        _ = write(alarm, &one, 8)
    }

    private func control(_ operation: Int32, _ descriptor: Int32, _ events: UInt32, _ token: UInt64) -> Bool {
        var event = epoll_event()
        event.events = events
        event.data.u64 = token
        return epoll_ctl(epoll, operation, descriptor, &event) == 0
    }
}
