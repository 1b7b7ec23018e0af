import Time

/// The days that a cron expression names by its two fields for them.
struct CronDays: Sendable, Hashable {
    enum MonthRule: Sendable, Hashable {
        /// `L`, `L-3`, `LW`: so many days before the last one, or the weekday nearest to that day.
        case last(before: Int, onWeekday: Bool)
        /// `15W`: the weekday nearest to the day, in the same month.
        case nearestWeekday(Int)
    }

    /// Weekdays count from Sunday as 0.
    enum WeekRule: Sendable, Hashable {
        /// `6L`: the last one of the month.
        case last(Int)
        /// `6#3`: the third one of the month, which may lack a fifth.
        case nth(Int, Int)
    }

    /// Bit 1 is the first of the month.
    var monthDays: UInt32 = 0
    var monthRules: [MonthRule] = []
    /// Bit 0 is Sunday.
    var weekdays: UInt8 = 0
    var weekRules: [WeekRule] = []
    /// Whether a day that only one of the fields names is enough.
    var joinsEither = false

    /// The days of one month; bit 1 is its first.
    func mask(year: Int, month: Int) -> UInt32 {
        let count = CivilDate.daysIn(month: month, year: year)
        // The weekday of the day 0, so that day n falls on `(start + n) % 7`. 1970-01-01 was a Thursday.
        let before = CivilDate(year: year, month: month, day: 1).daysSinceEpoch - 1
        let calendar = Month(count: count, start: Int(before + 4 - 7 * floorDivide(before + 4, 7)))
        let all = UInt32.max >> UInt32(31 - count) & ~1
        var byMonth = monthDays & all
        for rule in monthRules { byMonth |= calendar.days(of: rule) }
        var byWeek: UInt32 = 0
        for day in 1...count where weekdays & (1 << UInt8(calendar.weekday(day))) != 0 { byWeek |= 1 << UInt32(day) }
        for rule in weekRules { byWeek |= calendar.days(of: rule) }
        return joinsEither ? byMonth | byWeek : byMonth & byWeek
    }

    private struct Month {
        let count: Int
        let start: Int

        func weekday(_ day: Int) -> Int { (start + day) % 7 }

        func days(of rule: MonthRule) -> UInt32 {
            switch rule {
            case .last(let before, let onWeekday):
                let day = count - before
                guard day >= 1 else { return 0 }
                return 1 << UInt32(onWeekday ? nearestWeekday(day) : day)
            case .nearestWeekday(let day): return day <= count ? 1 << UInt32(nearestWeekday(day)) : 0
            }
        }

        func days(of rule: WeekRule) -> UInt32 {
            switch rule {
            case .last(let wanted): return 1 << UInt32(count - (weekday(count) - wanted + 7) % 7)
            case .nth(let wanted, let n):
                let day = 1 + (wanted - weekday(1) + 7) % 7 + 7 * (n - 1)
                return day <= count ? 1 << UInt32(day) : 0
            }
        }

        /// A Saturday gives way to the Friday, a Sunday to the Monday, unless that is in another month.
        private func nearestWeekday(_ day: Int) -> Int {
            switch weekday(day) {
            case 6: day > 1 ? day - 1 : day + 2
            case 0: day < count ? day + 1 : day - 2
            default: day
            }
        }
    }
}
