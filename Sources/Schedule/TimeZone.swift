import Synchronization
package import Time

/// What the clocks of a place show, now and as far ahead as its rule is known.
package struct TimeZone: Sendable {
    /// A stretch of time with one offset, in seconds since the epoch.
    struct Period: Sendable, Hashable {
        /// Seconds to add to the time in UTC.
        let offset: Int64
        let start: Int64
        /// The first second that is no more in it.
        let end: Int64
    }

    /// A moment at which the clocks are set, and the offset from then on.
    struct Change: Sendable, Hashable {
        let at: Int64
        let offset: Int64
    }

    package let name: String
    /// Ascending.
    let changes: [Change]
    /// The offset before the first change.
    let firstOffset: Int64
    /// What holds after the last change; nil: its offset for ever.
    let rule: YearlyRule?

    /// Known without any file.
    package static let utc = TimeZone(name: "UTC", changes: [], firstOffset: 0, rule: nil)

    private static let known = Mutex<[String: TimeZone]>([:])

    /// The zone of an IANA name, an alias included. Read from the system's files once, then kept: there are some six
    /// hundred of a few kilobytes.
    ///
    /// Throws where the system has no such zone.
    package static func named(_ name: String) throws(ScheduleError) -> TimeZone {
        if let zone = known.withLock({ $0[name] }) { return zone }
        let zone = try TimeZone(named: name, in: "/usr/share/zoneinfo")
        known.withLock { $0[name] = zone }
        return zone
    }

    /// Seconds to add to the time in UTC for what the clock shows.
    package func offset(at instant: Instant) -> Int64 { period(at: instant.seconds).offset }

    func period(at instant: Int64) -> Period {
        if let last = changes.last, instant >= last.at {
            guard let rule else { return Period(offset: last.offset, start: last.at, end: .max) }
            let period = rule.period(at: instant)
            return Period(offset: period.offset, start: max(period.start, last.at), end: period.end)
        }
        guard let first = changes.first else {
            return rule?.period(at: instant) ?? Period(offset: firstOffset, start: .min, end: .max)
        }
        if instant < first.at { return Period(offset: firstOffset, start: .min, end: first.at) }
        // The last change that is not later.
        var low = 0
        var high = changes.count - 1
        while high - low > 1 {
            let middle = (low + high) / 2
            if changes[middle].at <= instant { low = middle } else { high = middle }
        }
        return Period(offset: changes[low].offset, start: changes[low].at, end: changes[high].at)
    }

    /// When the clock first shows a reading; where it leaps over it, the end of the gap.
    func instant(ofReading reading: Int64) -> Int64 {
        // No offset is longer than this, so the reading is not shown before.
        var period = period(at: reading - Self.longestOffset)
        while true {
            let instant = reading - period.offset
            if instant < period.start { return period.start }
            if instant < period.end { return instant }
            period = self.period(at: period.end)
        }
    }

    /// In seconds; RFC 8536, section 3.2, allows no longer one.
    static let longestOffset: Int64 = 26 * 3600
}
