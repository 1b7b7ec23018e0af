import Synchronization

/// Counts what a stream of notices yields.
final class Listener: Sendable {
    private let heard: Mutex<Int> = Mutex(0)
    private let task: Mutex<Task<Void, Never>?> = Mutex(nil)

    init(_ stream: AsyncStream<Void>) {
        let task = Task { [weak self] in
            for await _ in stream { self?.heard.withLock { $0 += 1 } }
        }
        self.task.withLock { $0 = task }
    }

    deinit { task.withLock { $0?.cancel() } }

    var count: Int { heard.withLock { $0 } }

    func forget() { heard.withLock { $0 = 0 } }

    /// Waits for a notice and takes it.
    func next() async { while await !next(within: .seconds(1)) {} }

    func next(within time: Duration) async -> Bool {
        let deadline = ContinuousClock.now + time
        while deadline > .now {
            let found = heard.withLock { count in
                defer { count = 0 }
                return count > 0
            }
            if found { return true }
            try? await Task.sleep(for: .milliseconds(2))
        }
        return false
    }
}
