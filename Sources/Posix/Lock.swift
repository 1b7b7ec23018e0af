import Glibc

/// A lock that whoever comes first takes, for what more threads want at once than there are processors.
///
/// `Mutex` hands itself to the thread that has waited longest. That one often does not run just then, and all others
/// wait for it in turn, although each needs the lock for a moment only.
package final class Lock: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    package init() {
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    package func lock() { pthread_mutex_lock(mutex) }
    package func unlock() { pthread_mutex_unlock(mutex) }
}
