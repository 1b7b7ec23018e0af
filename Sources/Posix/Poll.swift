import Glibc

/// Waits until one of several descriptors is ready.
package enum Poll {
    package struct Interest: Sendable {
        let raw: Int32
        let events: Int16

        package static func readable(_ descriptor: Descriptor) -> Interest {
            Interest(raw: descriptor.raw, events: Int16(POLLIN))
        }

        package static func writable(_ descriptor: Descriptor) -> Interest {
            Interest(raw: descriptor.raw, events: Int16(POLLOUT))
        }

        /// Only that the other side has gone.
        package static func broken(_ descriptor: Descriptor) -> Interest { Interest(raw: descriptor.raw, events: 0) }

        /// Keeps a place in the list without waiting for anything.
        package static let none = Interest(raw: -1, events: 0)
    }

    /// True for each that is ready, has ended or is broken; all false when `deadline` passed first.
    ///
    /// A machine that slept may notice the deadline up to a second late.
    package static func wait(_ interests: [Interest], until deadline: BootInstant = .distantFuture) -> [Bool] {
        var entries = interests.map { pollfd(fd: $0.raw, events: $0.events, revents: 0) }
        while true {
            let left = deadline - BootClock.now
            // poll counts on a clock that stops while the machine sleeps, so it is asked again each second.
            let pause = deadline == .distantFuture ? -1 : max(0, min(1000, left.clampedNanoseconds / 1_000_000 + 1))
            let count = poll(&entries, nfds_t(entries.count), left <= .zero ? 0 : Int32(pause))
            if count > 0 || (count == 0 && left <= .zero) { return entries.map { $0.revents != 0 } }
            if count < 0 && errno != EINTR { return entries.map { _ in false } }
        }
    }
}
