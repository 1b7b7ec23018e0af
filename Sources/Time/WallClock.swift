import Glibc

/// Tells what time it is; a test hands in one that it moves by hand.
package protocol WallClock: Sendable {
    var now: Instant { get }
}

/// The machine's real-time clock.
package struct SystemClock: WallClock {
    package init() {}

    package var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}
