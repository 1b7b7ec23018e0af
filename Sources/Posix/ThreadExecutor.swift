import Glibc

/// Runs jobs one after the other on a thread of its own, so that they may block.
///
/// Use it as an actor's `unownedExecutor`, or as a task's preferred executor. The thread ends when the executor is
/// released; jobs keep it alive until they have run.
package final class ThreadExecutor: SerialExecutor, TaskExecutor {
    private let queue = Queue()

    package init(stack: Int = 1 << 20) {
        let queue = queue
        Thread.start(stack: stack) {
            while let job = queue.next() { job.run() }
        }
    }

    deinit { queue.stop() }

    package func enqueue(_ job: consuming ExecutorJob) {
        queue.append(Job(job: UnownedJob(job), executor: self))
    }

    /// A job with the executor it runs on, which must not go away before the job has ended.
    private struct Job {
        let job: UnownedJob
        let executor: ThreadExecutor

        func run() {
            withExtendedLifetime(executor) {
                job.runSynchronously(
                    isolatedTo: executor.asUnownedSerialExecutor(), taskExecutor: executor.asUnownedTaskExecutor())
            }
        }
    }

    /// What waits to be run. `mutex` guards `jobs` and `stopped`, which makes it safe to share.
    private final class Queue: @unchecked Sendable {
        private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
        private var jobs: [Job] = []
        private var first = 0
        private var stopped = false

        init() {
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
            pthread_cond_signal(changed)
            pthread_mutex_unlock(mutex)
        }

        func stop() {
            pthread_mutex_lock(mutex)
            stopped = true
            pthread_cond_signal(changed)
            pthread_mutex_unlock(mutex)
        }

        /// Waits for a job; nil once stopped.
        func next() -> Job? {
            pthread_mutex_lock(mutex)
            defer { pthread_mutex_unlock(mutex) }
            while first == jobs.count {
                if stopped { return nil }
                pthread_cond_wait(changed, mutex)
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
