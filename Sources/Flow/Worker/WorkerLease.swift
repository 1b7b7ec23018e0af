import Posix
import Service
import Synchronization

/// What a worker knows of its own lease: until when its runs may go on without another renewal.
final class WorkerLease: Sendable {
    private struct State {
        var deadline: BootInstant
        var lastID = 0
        var watchers: [Int: AsyncStream<BootInstant>.Continuation] = [:]
    }

    let worker: WorkerID
    /// Set once the deadline has passed or the database says so. There is no way back: the processes of its runs are
    /// being killed by then.
    let loss = Latch<LeaseLost>()
    private let state: Mutex<State>

    init(worker: WorkerID, deadline: BootInstant) {
        self.worker = worker
        state = Mutex(State(deadline: deadline))
    }

    var deadline: BootInstant { state.withLock { $0.deadline } }

    /// Moves the deadline. One that comes back too late changes nothing: the lease was given up meanwhile.
    func renew(until deadline: BootInstant) {
        let watchers = state.withLock { state in
            guard loss.value == nil, deadline > state.deadline else {
                return [] as [AsyncStream<BootInstant>.Continuation]
            }
            state.deadline = deadline
            return state.watchers.sorted { $0.key < $1.key }.map(\.value)
        }
        for watcher in watchers { watcher.yield(deadline) }
    }

    /// The deadline as it stands and each later one; a slow reader gets the newest only.
    func deadlines() -> AsyncStream<BootInstant> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let id = state.withLock { state in
                state.lastID += 1
                state.watchers[state.lastID] = continuation
                return state.lastID
            }
            continuation.yield(deadline)
            continuation.onTermination = { [weak self] _ in
                self?.state.withLock { _ = $0.watchers.removeValue(forKey: id) }
            }
        }
    }
}
