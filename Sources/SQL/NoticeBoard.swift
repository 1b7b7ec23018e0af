import Synchronization

/// Who listens to which channel inside this process.
package final class NoticeBoard: Sendable {
    private struct State {
        var listeners: [String: [Int: AsyncStream<Void>.Continuation]] = [:]
        var lastID = 0
        var finished = false
    }

    private let state = Mutex(State())

    package init() {}

    /// The channels that somebody listens to.
    package var channels: Set<String> { state.withLock { Set($0.listeners.keys) } }

    /// A stream that yields now and whenever something is posted on `channel`; what was not taken in time is merged
    /// into one. `changed` runs when the first listener of a channel came or its last one went.
    package func stream(on channel: String, changed: @escaping @Sendable () -> Void = {}) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let (id, first) = state.withLock { state -> (Int?, Bool) in
            if state.finished { return (nil, false) }
            state.lastID += 1
            let first = state.listeners[channel] == nil
            state.listeners[channel, default: [:]][state.lastID] = continuation
            return (state.lastID, first)
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            if self?.remove(id, from: channel) == true { changed() }
        }
        if first { changed() }
        continuation.yield()
        return stream
    }

    /// Wakes every listener of `channel`.
    package func post(_ channel: String) {
        let listeners = state.withLock { $0.listeners[channel].map { Array($0.values) } ?? [] }
        for listener in listeners { listener.yield() }
    }

    /// Ends every stream, and those asked for later.
    package func finish() {
        let all = state.withLock { state in
            state.finished = true
            defer { state.listeners = [:] }
            return state.listeners.values.flatMap(\.values)
        }
        for listener in all { listener.finish() }
    }

    /// Whether the channel has lost its last listener.
    private func remove(_ id: Int, from channel: String) -> Bool {
        state.withLock { state in
            guard state.listeners[channel]?.removeValue(forKey: id) != nil else { return false }
            guard state.listeners[channel]?.isEmpty == true else { return false }
            state.listeners[channel] = nil
            return true
        }
    }
}
