/// A point in time: microseconds since 1970-01-01T00:00:00Z, leap seconds ignored, as both stores keep it.
package struct Instant: Hashable, Comparable, Sendable {
    package var microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }
    package init(milliseconds: Int64) { microseconds = milliseconds * 1000 }
    package init(seconds: Int64) { microseconds = seconds * 1_000_000 }

    /// Whole milliseconds since the epoch, rounded down.
    package var milliseconds: Int64 { floorDivide(microseconds, 1000) }
    /// Whole seconds since the epoch, rounded down.
    package var seconds: Int64 { floorDivide(microseconds, 1_000_000) }

    package static func < (a: Instant, b: Instant) -> Bool { a.microseconds < b.microseconds }
    package static func + (a: Instant, b: Duration) -> Instant {
        Instant(microseconds: a.microseconds + b.wholeMicroseconds)
    }
    package static func - (a: Instant, b: Duration) -> Instant {
        Instant(microseconds: a.microseconds - b.wholeMicroseconds)
    }
    package static func - (a: Instant, b: Instant) -> Duration { .microseconds(a.microseconds - b.microseconds) }
}

extension Duration {
    /// The duration in whole microseconds, cut towards zero.
    package var wholeMicroseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }
    /// The duration in whole milliseconds, cut towards zero.
    package var wholeMilliseconds: Int64 { wholeMicroseconds / 1000 }
    /// The duration in seconds, with its fraction.
    package var fractionalSeconds: Double { Double(wholeMicroseconds) / 1_000_000 }
}

/// `a / b` rounded down.
package func floorDivide(_ a: Int64, _ b: Int64) -> Int64 {
    let quotient = a / b
    return a % b < 0 ? quotient - 1 : quotient
}
