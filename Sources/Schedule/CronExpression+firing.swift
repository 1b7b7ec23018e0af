package import Time

extension CronExpression {
    /// The first firing after an instant; nil where none comes any more.
    ///
    /// - An expression for every hour fires whenever the clock shows one of its times: its rhythm goes through a change
    ///   of the clock undisturbed.
    /// - Any other names times of day, and each of them comes once a day: one that the clock leaps over fires at the end
    ///   of the gap, one that it shows twice fires at the first.
    package func nextFiring(after instant: Instant, in zone: TimeZone) -> Instant? {
        let after = instant.seconds
        // The years 1 to 9999, far from where a sum overflows.
        guard (-62_135_596_800..<253_402_300_800).contains(after) else { return nil }
        let next = isEveryHour ? nextBeat(after: after, in: zone) : nextTimeOfDay(after: after, in: zone)
        return next.map { Instant(seconds: $0) }
    }

    private func nextTimeOfDay(after: Int64, in zone: TimeZone) -> Int64? {
        var local = after + zone.period(at: after).offset
        // More than one round only while the clock shows a time for the second time.
        while let next = nextReading(atOrAfter: local + 1) {
            let instant = zone.instant(ofReading: next)
            if instant > after { return instant }
            local = next
        }
        return nil
    }

    private func nextBeat(after: Int64, in zone: TimeZone) -> Int64? {
        var start = after + 1
        while true {
            let period = zone.period(at: start)
            if let next = nextReading(atOrAfter: start + period.offset) {
                if next - period.offset < period.end { return next - period.offset }
            } else if period.end > start + 2 * 86_400 {
                return nil
            }
            start = period.end
        }
    }

    /// The first reading of the clock that fits, in seconds since 1970-01-01T00:00:00 by the clock. The search ends
    /// fifty years on: the rarest thing that comes at all, a 29 February on a given weekday, is at most forty away.
    private func nextReading(atOrAfter start: Int64) -> Int64? {
        let day = floorDivide(start, 86_400)
        let date = CivilDate(daysSinceEpoch: day)
        for year in years?.filter({ $0 >= date.year }) ?? Array(date.year...date.year + 50) {
            let isFirstYear = year == date.year
            for month in (isFirstYear ? date.month : 1)...12 where months & (1 << UInt16(month)) != 0 {
                var candidates = days.mask(year: year, month: month)
                if isFirstYear, month == date.month {
                    let today: UInt32 = 1 << UInt32(date.day)
                    if candidates & today != 0, let time = time(atOrAfter: Int(start - day * 86_400)) {
                        return day * 86_400 + Int64(time)
                    }
                    candidates &= ~(today | (today - 1))
                }
                guard candidates != 0, let time = time(atOrAfter: 0) else { continue }
                let first = CivilDate(year: year, month: month, day: candidates.trailingZeroBitCount)
                return first.daysSinceEpoch * 86_400 + Int64(time)
            }
        }
        return nil
    }

    /// The first fitting time of a day, in its seconds; nil where the day has none left.
    private func time(atOrAfter start: Int) -> Int? {
        let (hour, minute, second) = (start / 3600, start / 60 % 60, start % 60)
        func first(_ mask: UInt64, from bit: Int) -> Int? {
            let rest = bit < 64 ? mask & (UInt64.max << UInt64(bit)) : 0
            return rest == 0 ? nil : rest.trailingZeroBitCount
        }
        guard let nextHour = first(UInt64(hours), from: hour) else { return nil }
        if nextHour == hour, let nextMinute = first(minutes, from: minute) {
            if nextMinute == minute, let nextSecond = first(seconds, from: second) {
                return hour * 3600 + minute * 60 + nextSecond
            }
            if let later = nextMinute == minute ? first(minutes, from: minute + 1) : nextMinute {
                return hour * 3600 + later * 60 + seconds.trailingZeroBitCount
            }
        }
        guard let later = nextHour == hour ? first(UInt64(hours), from: hour + 1) : nextHour else { return nil }
        return later * 3600 + minutes.trailingZeroBitCount * 60 + seconds.trailingZeroBitCount
    }
}
