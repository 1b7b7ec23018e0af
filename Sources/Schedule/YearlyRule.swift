import Time

/// An offset for ever, or two that take turns each year: the rule of a POSIX `TZ` variable, with the extensions of
/// RFC 8536, section 3.3.1.
struct YearlyRule: Sendable {
    /// A moment of each year, by the clock that it ends.
    struct Moment: Sendable, Hashable {
        enum Day: Sendable, Hashable {
            /// `J60` is 1 March in every year.
            case ordinalWithoutLeapDay(Int)
            /// `59` is 1 March in a common year.
            case ordinal(Int)
            /// `M3.5.0`: the last Sunday of March.
            case weekday(month: Int, week: Int, day: Int)
        }

        let day: Day
        /// From midnight; -167 to 167 hours.
        let seconds: Int64

        /// Seconds since 1970-01-01T00:00:00 by the clock.
        func reading(in year: Int) -> Int64 { days(in: year) * 86_400 + seconds }

        private func days(in year: Int) -> Int64 {
            let newYear = CivilDate(year: year, month: 1, day: 1).daysSinceEpoch
            switch day {
            case .ordinal(let n): return newYear + Int64(n)
            case .ordinalWithoutLeapDay(let n): return newYear + Int64(n) - (CivilDate.isLeap(year) && n >= 60 ? 0 : 1)
            case .weekday(let month, let week, let day):
                let first = CivilDate(year: year, month: month, day: 1).daysSinceEpoch
                let weekday = Int(first + 4 - 7 * floorDivide(first + 4, 7))
                var date = 1 + (day - weekday + 7) % 7 + 7 * (week - 1)
                if date > CivilDate.daysIn(month: month, year: year) { date -= 7 }
                return first + Int64(date) - 1
            }
        }
    }

    /// In seconds east of UTC.
    let standard: Int64
    /// The other offset, when it begins and when it ends.
    let daylight: (offset: Int64, start: Moment, end: Moment)?

    func period(at instant: Int64) -> TimeZone.Period {
        guard let daylight else { return TimeZone.Period(offset: standard, start: .min, end: .max) }
        let year = CivilDate(daysSinceEpoch: floorDivide(instant, 86_400)).year
        var changes: [TimeZone.Change] = []
        for year in year - 1...year + 1 {
            changes.append(.init(at: daylight.start.reading(in: year) - standard, offset: daylight.offset))
            changes.append(.init(at: daylight.end.reading(in: year) - daylight.offset, offset: standard))
        }
        // Where daylight time ends as it begins again, it goes on.
        changes.sort { ($0.at, $0.offset == standard ? 0 : 1) < ($1.at, $1.offset == standard ? 0 : 1) }
        let next = changes.firstIndex { $0.at > instant } ?? changes.endIndex
        let past = next > 0 ? changes[next - 1] : nil
        return TimeZone.Period(
            offset: past?.offset ?? standard, start: past?.at ?? .min,
            end: next < changes.endIndex ? changes[next].at : .max)
    }
}
