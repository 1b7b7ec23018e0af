import Synchronization

/// Threads that are waited for together.
package final class ThreadGroup: Sendable {
    private let ended = Semaphore()
    private let started = Mutex(0)

    package init() {}

    package func start(_ body: @escaping @Sendable () -> Void) {
        started.withLock { $0 += 1 }
        Thread.start { [ended] in
            body()
            ended.signal()
        }
    }

    /// Returns once all that were started have ended.
    package func wait() {
        let count = started.withLock { started in
            defer { started = 0 }
            return started
        }
        for _ in 0..<count { ended.wait() }
    }
}
