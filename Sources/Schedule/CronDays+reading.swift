extension CronDays {
    /// Reads the day of the month and the day of the week.
    ///
    /// Where both restrict the days, the common form takes a day that either names, unless one begins with `*`, as
    /// Vixie's cron does. Quartz takes no such expression (`CronExpression.buildExpression`), nor do we.
    init(month: Substring, week: Substring, isQuartz: Bool) throws(ScheduleError) {
        guard month != "?" || week != "?" else {
            throw ScheduleError(
                .badExpression, "Only one of day of month and day of week can be ? in a cron expression.")
        }
        let restrictsBoth = !["*", "?"].contains(month) && !["*", "?"].contains(week)
        guard !isQuartz || !restrictsBoth else {
            throw ScheduleError(
                .badExpression,
                "A cron expression of 6 or 7 fields cannot name both days of month and days of week; make one of them ?."
            )
        }
        joinsEither = restrictsBoth && !month.hasPrefix("*") && !week.hasPrefix("*")
        try readMonth(month == "?" ? "*" : month)
        try readWeek(week == "?" ? "*" : week, isQuartz ? .quartzWeekday : .commonWeekday)
    }

    private mutating func readMonth(_ list: Substring) throws(ScheduleError) {
        let field = CronField.dayOfMonth
        for item in list.split(separator: ",", omittingEmptySubsequences: false) {
            let text = item.uppercased()
            if text.first == "L" {
                let onWeekday = text.last == "W"
                let rest = text.dropFirst().dropLast(onWeekday ? 1 : 0)
                if rest.isEmpty {
                    monthRules.append(.last(before: 0, onWeekday: onWeekday))
                } else if rest.first == "-", let before = field.number(rest.dropFirst()), before <= 30 {
                    monthRules.append(.last(before: before, onWeekday: onWeekday))
                } else {
                    throw field.refusal(of: item)
                }
            } else if text.last == "W" {
                guard let day = field.number(text.dropLast()) else { throw field.refusal(of: item) }
                monthRules.append(.nearestWeekday(day))
            } else {
                for day in try field.values(of: item) { monthDays |= 1 << UInt32(day) }
            }
        }
    }

    private mutating func readWeek(_ list: Substring, _ field: CronField) throws(ScheduleError) {
        func fromSunday(_ number: Int) -> Int { (number - field.range.lowerBound) % 7 }
        for item in list.split(separator: ",", omittingEmptySubsequences: false) {
            let text = item.uppercased()
            if let sign = text.firstIndex(of: "#") {
                guard let day = field.number(text[..<sign]), let n = Int(text[text.index(after: sign)...]),
                    (1...5).contains(n)
                else { throw field.refusal(of: item) }
                weekRules.append(.nth(fromSunday(day), n))
            } else if text == "L", !field.takesSeven {
                // Quartz: the last day of the week.
                weekdays |= 1 << 6
            } else if text.last == "L" {
                guard let day = field.number(text.dropLast()) else { throw field.refusal(of: item) }
                weekRules.append(.last(fromSunday(day)))
            } else {
                for day in try field.values(of: item) { weekdays |= 1 << UInt8(fromSunday(day)) }
            }
        }
    }
}
