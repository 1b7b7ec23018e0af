/// An expression in plain English.
extension CronExpression {
    /// Such as `At 09:30, on Monday to Friday, in January`.
    package var words: String {
        var parts = [time]
        parts += days.words
        let named = Self.values(in: UInt64(months), 1...12)
        if named.count < 12 { parts.append("in " + Self.joined(named, 1...12) { Self.monthNames[$0 - 1] }) }
        if let years { parts.append("in " + Self.list(years.map(String.init))) }
        let words = parts.joined(separator: ", ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    private var time: String {
        let hours = Self.values(in: UInt64(hours), 0...23)
        let minutes = Self.values(in: minutes, 0...59)
        let seconds = Self.values(in: seconds, 0...59)
        if minutes.count == 1, seconds.count == 1, hours.count <= 4 {
            let ending = seconds == [0] ? "" : ":" + Self.twoDigits(seconds[0])
            return "at " + Self.list(hours.map { "\(Self.twoDigits($0)):\(Self.twoDigits(minutes[0]))\(ending)" })
        }
        var parts: [String] = []
        if seconds != [0] { parts.append(Self.phrase(seconds, 0...59, "second", of: "minute")) }
        if minutes != [0] || seconds != [0], !(minutes.count == 60 && seconds != [0]) {
            parts.append(Self.phrase(minutes, 0...59, "minute", of: "hour"))
        }
        if hours.count == 24 {
            if parts.isEmpty { parts.append("every hour") }
        } else {
            parts.append(Self.phrase(hours, 0...23, "hour", of: "day"))
        }
        return parts.joined(separator: ", ")
    }

    /// `every 5 minutes`, `at minute 5 and 35 of the hour`.
    private static func phrase(_ values: [Int], _ range: ClosedRange<Int>, _ unit: String, of whole: String) -> String {
        if values.count == range.count { return "every \(unit)" }
        if let step = step(of: values, range), values.count > 2 {
            let start = values[0] == range.lowerBound ? "" : ", from \(unit) \(values[0]) of the \(whole) on"
            return "every \(step) \(unit)s\(start)"
        }
        return "at \(unit) \(joined(values, range) { String($0) }) of the \(whole)"
    }

    /// The distance between neighbours where it is always the same and goes on to the end.
    private static func step(of values: [Int], _ range: ClosedRange<Int>) -> Int? {
        guard values.count > 1 else { return nil }
        let step = values[1] - values[0]
        guard step > 1, zip(values, values.dropFirst()).allSatisfy({ $1 - $0 == step }),
            values[values.count - 1] + step > range.upperBound
        else { return nil }
        return step
    }

    /// The bits that are set.
    static func values(in mask: UInt64, _ range: ClosedRange<Int>) -> [Int] {
        range.filter { mask & (1 << UInt64($0)) != 0 }
    }

    /// `1 to 5`, or else `1, 3 and 7`.
    static func joined(_ values: [Int], _ range: ClosedRange<Int>, _ name: (Int) -> String) -> String {
        if values.count > 2, let first = values.first, let last = values.last, last - first == values.count - 1 {
            return "\(name(first)) to \(name(last))"
        }
        return list(values.map(name))
    }

    static func list(_ words: [String]) -> String {
        guard words.count > 1, let last = words.last else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " and " + last
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }

    private static let monthNames = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
}

extension CronDays {
    /// Nothing where every day is meant.
    fileprivate var words: [String] {
        let month = monthWords
        let week = weekWords
        if joinsEither, let month, let week { return ["\(month) or \(week)"] }
        return [month, week].compactMap(\.self)
    }

    private var monthWords: String? {
        let numbers = CronExpression.values(in: UInt64(monthDays), 1...31)
        if numbers.count == 31 { return nil }
        var parts = numbers.isEmpty ? [] : ["day " + CronExpression.joined(numbers, 1...31) { String($0) }]
        parts += monthRules.map { rule in
            switch rule {
            case .last(let before, let onWeekday):
                let day = before == 0 ? "the last day" : "\(before) days before the last day"
                return onWeekday ? "the working day nearest to \(day)" : day
            case .nearestWeekday(let day): return "the working day nearest to day \(day)"
            }
        }
        return parts.isEmpty ? nil : "on \(CronExpression.list(parts)) of the month"
    }

    private var weekWords: String? {
        let numbers = CronExpression.values(in: UInt64(weekdays), 0...6)
        if numbers.count == 7 { return nil }
        var parts = numbers.isEmpty ? [] : [CronExpression.joined(numbers, 0...6) { Self.dayNames[$0] }]
        parts += weekRules.map { rule in
            switch rule {
            case .last(let day): "the last \(Self.dayNames[day]) of the month"
            case .nth(let day, let n): "the \(Self.ordinals[n - 1]) \(Self.dayNames[day]) of the month"
            }
        }
        return parts.isEmpty ? nil : "on \(CronExpression.list(parts))"
    }

    private static let dayNames = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]
    private static let ordinals = ["first", "second", "third", "fourth", "fifth"]
}
