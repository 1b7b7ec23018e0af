import Posix
import Synchronization

/// Passes frames from a thread that may block to a task that may not, one at a time.
final class EventHandoff: Sendable {
    private enum State {
        case idle
        case offered([UInt8])
        case awaited(CheckedContinuation<[UInt8]?, Never>)
        case ended
        case abandoned
    }

    private let state = Mutex(State.idle)
    private let taken = Semaphore()

    /// Blocks until the frame was taken; false: nobody will take another.
    func offer(_ frame: [UInt8]) -> Bool {
        let consumer = state.withLock { state -> (CheckedContinuation<[UInt8]?, Never>?, goesOn: Bool) in
            switch state {
            case .idle:
                state = .offered(frame)
                return (nil, true)
            case .awaited(let consumer):
                state = .idle
                return (consumer, true)
            case .offered, .ended, .abandoned:
                return (nil, false)
            }
        }
        guard consumer.goesOn else { return false }
        if let consumer = consumer.0 {
            consumer.resume(returning: frame)
            return true
        }
        taken.wait()
        return state.withLock { state in
            if case .abandoned = state { false } else { true }
        }
    }

    /// No frame follows.
    func finish() {
        let consumer = state.withLock { state -> CheckedContinuation<[UInt8]?, Never>? in
            switch state {
            case .awaited(let consumer):
                state = .ended
                return consumer
            case .idle:
                state = .ended
                return nil
            case .offered, .ended, .abandoned:
                return nil
            }
        }
        consumer?.resume(returning: nil)
    }

    /// Nobody takes frames any more: lets the thread go.
    func abandon() {
        let consumer = state.withLock { state -> CheckedContinuation<[UInt8]?, Never>? in
            let before = state
            state = .abandoned
            switch before {
            case .offered: taken.signal()
            case .awaited(let consumer): return consumer
            case .idle, .ended, .abandoned: break
            }
            return nil
        }
        consumer?.resume(returning: nil)
    }

    func next() async -> [UInt8]? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now = state.withLock { state -> [UInt8]?? in
                    switch state {
                    case .offered(let frame):
                        state = .idle
                        taken.signal()
                        return .some(frame)
                    case .ended, .abandoned:
                        return .some(nil)
                    case .awaited:
                        // A second consumer, against the rule above, is turned away.
                        return .some(nil)
                    case .idle:
                        if Task.isCancelled { return .some(nil) }
                        state = .awaited(continuation)
                        return .none
                    }
                }
                if let now { continuation.resume(returning: now) }
            }
        } onCancel: {
            let consumer = state.withLock { state -> CheckedContinuation<[UInt8]?, Never>? in
                guard case .awaited(let consumer) = state else { return nil }
                state = .idle
                return consumer
            }
            consumer?.resume(returning: nil)
        }
    }
}
