import Glibc

/// The machine's clock since its start (`CLOCK_BOOTTIME`): the one that deadlines of leases count on.
package enum BootClock {
    package static var now: BootInstant {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return BootInstant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
