/// A moment counted from the machine's start, sleep included; no change of the wall clock moves it.
package struct BootInstant: InstantProtocol, Hashable, Sendable {
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static func < (left: BootInstant, right: BootInstant) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Stays at the far end of time where the sum would pass it.
    package func advanced(by duration: Duration) -> BootInstant {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.clampedNanoseconds)
        return BootInstant(nanoseconds: overflow ? (duration < .zero ? .min : .max) : sum)
    }

    package func duration(to other: BootInstant) -> Duration {
        .nanoseconds(other.nanoseconds) - .nanoseconds(nanoseconds)
    }

    package static func + (left: BootInstant, right: Duration) -> BootInstant { left.advanced(by: right) }
    package static func - (left: BootInstant, right: Duration) -> BootInstant { left.advanced(by: .zero - right) }
    package static func - (left: BootInstant, right: BootInstant) -> Duration { right.duration(to: left) }

    package static let distantFuture = BootInstant(nanoseconds: .max)
}

extension Duration {
    /// The whole duration in nanoseconds, held to what 64 bits can say (292 years).
    package var clampedNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, past) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        return past ? (seconds < 0 ? .min : .max) : sum
    }
}
