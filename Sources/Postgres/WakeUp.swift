import CPostgres
import Glibc

/// A descriptor that one thread waits on and any other may ring.
final class WakeUp: Sendable {
    private let descriptor = cpostgres_wakeup()

    deinit { close(descriptor) }

    func ring() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    /// Waits until it is rung, the time is over, or `other` can be read; a ring is used up by this.
    func wait(for time: Duration?, or other: CInt = -1) {
        var descriptors = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: other, events: Int16(POLLIN), revents: 0),
        ]
        _ = poll(&descriptors, 2, time.map { CInt(clamping: $0.milliseconds) } ?? -1)
        var rings: UInt64 = 0
        _ = read(descriptor, &rings, 8)
    }
}
