package import Time

/// A date, a time or both, as ISO 8601 and Postgres write them, not yet moved to any zone.
package struct CivilTime {
    /// Counted astronomically: 0 is 1 BC.
    package var date: CivilDate?
    /// Since midnight; up to and including a whole day.
    package var microseconds: Int64?
    /// Seconds east of UTC; nil where no zone is written.
    package var offset: Int64?

    /// What Postgres can keep in a date and in a timestamp; both begin with 4714-11-24 BC.
    private static let lastYears = (date: 5_874_897, timestamp: 294_276)
    static let day: Int64 = 86_400_000_000

    /// Reads `2026-01-31`, `2026-01-31T09:30:00.5+01:00`, `09:30`, and the like, with ` BC` behind; nil for the rest.
    package init?(_ text: UnsafeBufferPointer<UInt8>) {
        var reader = Reader(bytes: text)
        let isBC = reader.takeBC()
        if reader.looksLikeDate {
            guard let date = reader.date(isBC: isBC), Self.contains(date, until: Self.lastYears.date) else {
                return nil
            }
            self.date = date
            if reader.atEnd { return }
            guard reader.take("T") || reader.take("t") || reader.take(" ") else { return nil }
        } else if isBC {
            return nil
        }
        guard let time = reader.time() else { return nil }
        microseconds = time
        if reader.atEnd { return }
        _ = reader.take(" ")
        guard let offset = reader.zone(), reader.atEnd else { return nil }
        self.offset = offset
    }

    /// The same moment in UTC; a missing time is midnight, a missing zone is UTC. Nil without a date.
    var inUTC: (date: CivilDate, microseconds: Int64)? {
        guard let date else { return nil }
        let moment = (microseconds ?? 0) - (offset ?? 0) * 1_000_000
        return Self.normal(date, moment)
    }

    /// The date and time as written, whatever the zone.
    var local: (date: CivilDate, microseconds: Int64)? {
        date.map { Self.normal($0, microseconds ?? 0) }
    }

    static func fitsTimestamp(_ date: CivilDate) -> Bool { contains(date, until: lastYears.timestamp) }

    private static func contains(_ date: CivilDate, until last: Int) -> Bool {
        date.year > -4713 ? date.year <= last : date.year == -4713 && (date.month, date.day) >= (11, 24)
    }

    private static func normal(_ date: CivilDate, _ microseconds: Int64) -> (CivilDate, Int64) {
        if (0..<day).contains(microseconds) { return (date, microseconds) }
        let days = microseconds >= 0 ? microseconds / day : (microseconds - day + 1) / day
        return (CivilDate(daysSinceEpoch: date.daysSinceEpoch + days), microseconds - days * day)
    }

    private struct Reader {
        var bytes: UnsafeBufferPointer<UInt8>
        var at = 0
        var end: Int

        init(bytes: UnsafeBufferPointer<UInt8>) {
            self.bytes = bytes
            end = bytes.count
        }

        var atEnd: Bool { at == end }

        /// At least four digits and a hyphen.
        var looksLikeDate: Bool {
            var index = at
            while index < end, bytes[index] &- 48 < 10 { index += 1 }
            return index - at >= 4 && index < end && bytes[index] == UInt8(ascii: "-")
        }

        mutating func takeBC() -> Bool {
            guard end >= 3, bytes[end - 1] == UInt8(ascii: "C"), bytes[end - 2] == UInt8(ascii: "B"),
                bytes[end - 3] == 32
            else { return false }
            end -= 3
            return true
        }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard at < end, UInt32(bytes[at]) == character.value else { return false }
            at += 1
            return true
        }

        mutating func number(_ width: ClosedRange<Int>) -> Int? {
            var value = 0
            let start = at
            while at < end, at - start < width.upperBound, bytes[at] &- 48 < 10 {
                value = value * 10 + Int(bytes[at] - 48)
                at += 1
            }
            return at - start >= width.lowerBound ? value : nil
        }

        mutating func date(isBC: Bool) -> CivilDate? {
            guard var year = number(4...7), take("-"), let month = number(2...2), take("-"), let day = number(2...2)
            else { return nil }
            if isBC { year = 1 - year }
            guard (1...12).contains(month), (1...CivilDate.daysIn(month: month, year: year)).contains(day) else {
                return nil
            }
            return CivilDate(year: year, month: month, day: day)
        }

        mutating func time() -> Int64? {
            guard let hour = number(2...2), take(":"), let minute = number(2...2), hour <= 24, minute < 60 else {
                return nil
            }
            var micros = Int64(hour * 60 + minute) * 60_000_000
            if take(":") {
                guard let second = number(2...2), second <= 60 else { return nil }
                micros += Int64(second) * 1_000_000
                if take(".") || take(",") {
                    let start = at
                    guard var fraction = number(1...6) else { return nil }
                    for _ in (at - start)..<6 { fraction *= 10 }
                    micros += Int64(fraction)
                    while at < end, bytes[at] &- 48 < 10 { at += 1 }
                }
            }
            return micros <= CivilTime.day ? micros : nil
        }

        mutating func zone() -> Int64? {
            if take("Z") || take("z") { return 0 }
            let sign: Int64
            if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
            guard let hours = number(2...2), hours < 16 else { return nil }
            _ = take(":")
            let minutes = atEnd ? 0 : number(2...2)
            _ = take(":")
            let seconds = atEnd ? 0 : number(2...2)
            guard let minutes, let seconds, minutes < 60, seconds < 60 else { return nil }
            return sign * Int64(hours * 3600 + minutes * 60 + seconds)
        }
    }
}
