extension YearlyRule {
    /// Reads `CET-1CEST,M3.5.0,M10.5.0/3`; nil where it is none.
    init?(_ text: Substring) {
        var reader = Reader(rest: text)
        guard reader.name(), let west = reader.time(hours: 24) else { return nil }
        standard = -west
        if reader.rest.isEmpty {
            daylight = nil
            return
        }
        guard reader.name() else { return nil }
        var offset = standard + 3600
        if reader.rest.first != "," {
            guard let west = reader.time(hours: 24) else { return nil }
            offset = -west
        }
        guard let start = reader.moment(), let end = reader.moment(), reader.rest.isEmpty else { return nil }
        daylight = (offset, start, end)
    }

    private struct Reader {
        var rest: Substring

        mutating func take(_ character: Character) -> Bool {
            guard rest.first == character else { return false }
            rest.removeFirst()
            return true
        }

        /// Skips `CET` or `<+03>`.
        mutating func name() -> Bool {
            if take("<") {
                guard let end = rest.firstIndex(of: ">") else { return false }
                rest = rest[end...].dropFirst()
                return true
            }
            let length = rest.prefix { $0.isASCII && $0.isLetter }.count
            rest = rest.dropFirst(length)
            return length >= 3
        }

        mutating func number(_ range: ClosedRange<Int>) -> Int? {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard (1...3).contains(digits.count), let number = Int(digits), range.contains(number) else { return nil }
            rest = rest.dropFirst(digits.count)
            return number
        }

        /// `2`, `-1:30`, `+05:45:20`, in seconds.
        mutating func time(hours: Int) -> Int64? {
            let sign: Int64 = take("-") ? -1 : 1
            if sign == 1 { _ = take("+") }
            guard let hour = number(0...hours) else { return nil }
            var seconds = Int64(hour) * 3600
            for unit: Int64 in [60, 1] where take(":") {
                guard let part = number(0...59) else { return nil }
                seconds += Int64(part) * unit
            }
            return sign * seconds
        }

        mutating func moment() -> Moment? {
            guard take(","), let day = day() else { return nil }
            guard take("/") else { return Moment(day: day, seconds: 7200) }
            return time(hours: 167).map { Moment(day: day, seconds: $0) }
        }

        private mutating func day() -> Moment.Day? {
            if take("J") { return number(1...365).map { .ordinalWithoutLeapDay($0) } }
            guard take("M") else { return number(0...365).map { .ordinal($0) } }
            guard let month = number(1...12), take("."), let week = number(1...5), take("."), let day = number(0...6)
            else { return nil }
            return .weekday(month: month, week: week, day: day)
        }
    }
}
