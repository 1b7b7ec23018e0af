import Glibc

/// A counter that a thread can wait on. Never wait on the cooperative pool.
///
/// The kernel's own semaphore makes it safe to share: the pointer is fixed from `init` to `deinit`.
package final class Semaphore: @unchecked Sendable {
    private let semaphore: UnsafeMutablePointer<sem_t>

    package init(_ count: UInt32 = 0) {
        semaphore = .allocate(capacity: 1)
        semaphore.initialize(to: sem_t())
        sem_init(semaphore, 0, count)
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    package func wait() {
        while sem_wait(semaphore) != 0 {}
    }

    package func signal() { sem_post(semaphore) }
}
