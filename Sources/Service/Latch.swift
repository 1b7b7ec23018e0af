import Synchronization

/// A value that is set once and may be read, awaited or reacted to by many.
package final class Latch<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var lastID = 0
        var waiters: [Int: CheckedContinuation<Value?, Never>] = [:]
        var handlers: [@Sendable (Value) -> Void] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// Nil until it is set.
    package var value: Value? { state.withLock { $0.value } }

    /// Sets the value and tells everyone; answers false where it was set before, which then stays.
    @discardableResult
    package func set(_ value: Value) -> Bool {
        let told = state.withLock {
            state -> (waiters: [CheckedContinuation<Value?, Never>], handlers: [@Sendable (Value) -> Void])? in
            guard state.value == nil else { return nil }
            state.value = value
            defer {
                state.waiters = [:]
                state.handlers = []
            }
            return (state.waiters.sorted { $0.key < $1.key }.map(\.value), state.handlers)
        }
        guard let told else { return false }
        for handler in told.handlers { handler(value) }
        for waiter in told.waiters { waiter.resume(returning: value) }
        return true
    }

    /// Calls `handler` once the value is set, at once where it is already. It is called on the setter's thread, so it
    /// must be quick and must not block.
    package func whenSet(_ handler: @escaping @Sendable (Value) -> Void) {
        let value = state.withLock { state in
            if state.value == nil { state.handlers.append(handler) }
            return state.value
        }
        if let value { handler(value) }
    }

    /// The value once it is set; nil where the waiting task is cancelled first.
    package func wait() async -> Value? {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // A cancellation before this is seen by the flag; one after it finds the waiter.
                let settled: Value?? = state.withLock { state in
                    if let value = state.value { return .some(value) }
                    if Task.isCancelled { return .some(nil) }
                    state.waiters[id] = continuation
                    return nil
                }
                if let settled { continuation.resume(returning: settled) }
            }
        } onCancel: {
            let waiter = state.withLock { $0.waiters.removeValue(forKey: id) }
            waiter?.resume(returning: nil)
        }
    }
}
