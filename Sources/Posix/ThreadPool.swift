import Glibc

/// Threads that may block: tasks that prefer this executor call the store, and whatever else waits, where they are.
///
/// That saves two changes of threads a call, which cost more than most calls do. Threads are started as they are needed,
/// and kept.
package final class ThreadPool: TaskExecutor {
    /// The program's own. It has more threads than a store has connections, so that a store that hangs leaves some.
    /// `SWIFTLET_THREADS` sets how many; tests, which have many stores in one process, want more.
    package static let shared = ThreadPool(
        limit: getenv("SWIFTLET_THREADS").flatMap { Int(String(cString: $0)) }.map { min(max($0, 2), 1024) } ?? 16)

    private let queue: Queue

    package init(limit: Int, stack: Int = 1 << 20) {
        queue = Queue(limit: max(1, limit), stack: stack)
    }

    deinit { queue.stop() }

    package func enqueue(_ job: consuming ExecutorJob) {
        queue.append(Job(job: UnownedJob(job), executor: self))
    }

    /// Whether the thread that asks may block.
    package static var isCurrent: Bool { pthread_getspecific(mark) != nil }

    /// What only a pool's threads have set.
    private static let mark: pthread_key_t = {
        var key = pthread_key_t()
        let status = pthread_key_create(&key, nil)
        precondition(status == 0, "No key for threads is left: error \(status).")
        return key
    }()

    /// A job with the executor it runs on, which must not go away before the job has ended.
    private struct Job {
        let job: UnownedJob
        let executor: ThreadPool

        func run() {
            withExtendedLifetime(executor) { job.runSynchronously(on: executor.asUnownedTaskExecutor()) }
        }
    }

    /// What waits to be run, and who is there to run it. `mutex` guards all that changes, which makes it safe to share.
    private final class Queue: @unchecked Sendable {
        private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
        private let limit: Int
        private let stack: Int
        private var jobs: [Job] = []
        private var first = 0
        private var threads = 0
        private var idle = 0
        /// Threads that were woken and have not come to look yet. One at a time is woken; it wakes the next, if there is
        /// still something to do by then: often those that run have done it meanwhile.
        private var waking = 0
        private var stopped = false

        init(limit: Int, stack: Int) {
            self.limit = limit
            self.stack = stack
            mutex.initialize(to: pthread_mutex_t())
            changed.initialize(to: pthread_cond_t())
            pthread_mutex_init(mutex, nil)
            pthread_cond_init(changed, nil)
        }

        deinit {
            pthread_cond_destroy(changed)
            pthread_mutex_destroy(mutex)
            changed.deallocate()
            mutex.deallocate()
        }

        func append(_ job: Job) {
            pthread_mutex_lock(mutex)
            jobs.append(job)
            let wakes = wakesNext()
            // Those that are idle may all be spoken for by jobs before this one.
            let starts = jobs.count - first > idle && threads < limit
            if starts { threads += 1 }
            pthread_mutex_unlock(mutex)
            if wakes { pthread_cond_signal(changed) }
            if starts { Thread.start(stack: stack) { self.run() } }
        }

        func stop() {
            pthread_mutex_lock(mutex)
            stopped = true
            pthread_cond_broadcast(changed)
            pthread_mutex_unlock(mutex)
        }

        private func run() {
            pthread_setspecific(ThreadPool.mark, UnsafeRawPointer(mutex))
            while let job = next() { job.run() }
        }

        /// Whether a thread is to be woken now. The caller holds the mutex.
        private func wakesNext() -> Bool {
            guard first < jobs.count, idle > 0, waking == 0 else { return false }
            waking += 1
            return true
        }

        /// Waits for a job; nil once stopped.
        private func next() -> Job? {
            pthread_mutex_lock(mutex)
            let job = take()
            let wakes = wakesNext()
            pthread_mutex_unlock(mutex)
            if wakes { pthread_cond_signal(changed) }
            return job
        }

        private func take() -> Job? {
            while first == jobs.count {
                if stopped { return nil }
                idle += 1
                pthread_cond_wait(changed, mutex)
                idle -= 1
                waking = max(0, waking - 1)
            }
            let job = jobs[first]
            first += 1
            // Taken jobs must not be kept: each holds its executor.
            if first == jobs.count {
                jobs.removeAll(keepingCapacity: true)
                first = 0
            } else if first >= 64 {
                jobs.removeFirst(first)
                first = 0
            }
            return job
        }
    }
}

/// Runs what blocks on a thread that may: where the caller is, or else on one of the program's pool.
package func blocking<Value: Sendable>(_ body: @Sendable () throws -> Value) async throws -> Value {
    if ThreadPool.isCurrent { return try body() }
    return try await withTaskExecutorPreference(ThreadPool.shared) { try body() }
}
