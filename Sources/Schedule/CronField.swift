/// One place of a cron expression: which numbers and names it takes, and how lists, ranges and steps are read.
struct CronField: Sendable {
    let label: String
    let range: ClosedRange<Int>
    /// The names of the numbers from the first one on.
    var names: [String] = []
    /// Whether a range may run over the end, as from FRI to MON.
    var wraps = true
    /// Whether 7 stands for Sunday beside 0.
    var takesSeven = false
    /// What is allowed, as the end of a sentence.
    let allowed: String

    static let second = CronField(label: "second", range: 0...59, allowed: "0-59")
    static let minute = CronField(label: "minute", range: 0...59, allowed: "0-59")
    static let hour = CronField(label: "hour", range: 0...23, allowed: "0-23")
    static let dayOfMonth = CronField(
        label: "day of month", range: 1...31, allowed: "1-31, ?, L, L-3, LW or 15W")
    static let month = CronField(
        label: "month", range: 1...12,
        names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
        allowed: "1-12 or JAN-DEC")
    /// Quartz counts from Sunday as 1.
    static let quartzWeekday = CronField(
        label: "day of week", range: 1...7, names: weekdays,
        allowed: "1-7 (1 is Sunday) or SUN-SAT, ?, 6L or 6#3")
    /// Everybody else counts from Sunday as 0.
    static let commonWeekday = CronField(
        label: "day of week", range: 0...6, names: weekdays, takesSeven: true,
        allowed: "0-7 (0 and 7 are Sunday) or SUN-SAT, ?, 5L or 5#3")
    static let year = CronField(label: "year", range: 1970...2199, wraps: false, allowed: "1970-2199")

    private static let weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]

    /// The numbers that a list without special signs stands for.
    func values(ofList list: Substring) throws(ScheduleError) -> [Int] {
        var values: [Int] = []
        for item in list.split(separator: ",", omittingEmptySubsequences: false) {
            values += try self.values(of: item)
        }
        return values
    }

    /// The numbers that one item stands for: `*`, `5`, `1-5`, each with a step or without.
    func values(of item: Substring) throws(ScheduleError) -> [Int] {
        let parts = item.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let step = parts.count == 2 ? try self.step(parts[1], of: item) : nil
        let base = parts[0]
        // As Quartz reads it, "/5" is "*/5".
        if base == "*" || base.isEmpty && step != nil { return every(step, of: Array(range)) }
        let ends = base.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count <= 2, let first = number(ends[0]) else { throw refusal(of: item) }
        guard ends.count == 2 else {
            return step == nil ? [first] : every(step, of: Array(first...max(first, range.upperBound)))
        }
        guard let last = number(ends[1]) else { throw refusal(of: item) }
        return every(step, of: try span(first, last, of: item))
    }

    /// A number or a name; nil where it is none of this field.
    func number(_ text: Substring) -> Int? {
        if let index = names.firstIndex(of: text.uppercased()) { return range.lowerBound + index }
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(text)
        else { return nil }
        return range.contains(number) || takesSeven && number == 7 ? number : nil
    }

    func refusal(of item: Substring) -> ScheduleError {
        let what = item.isEmpty ? "an empty item" : ScheduleError.quoted(item)
        return ScheduleError(
            .badExpression,
            "The \(label) of the cron expression cannot be \(what); allowed: *, \(allowed), lists (1,2), ranges (1-5) and steps (*/5)."
        )
    }

    private func span(_ first: Int, _ last: Int, of item: Substring) throws(ScheduleError) -> [Int] {
        // Sunday as 7 ends a week, and as 0 it begins one.
        let first = first == 7 && takesSeven && last != 7 ? 0 : first
        if first <= last { return Array(first...last) }
        guard wraps else {
            throw ScheduleError(
                .badExpression, "The \(label) of the cron expression runs backwards in \(ScheduleError.quoted(item)).")
        }
        return Array(first...range.upperBound) + Array(range.lowerBound...last)
    }

    private func step(_ text: Substring, of item: Substring) throws(ScheduleError) -> Int {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let step = Int(text), (1...range.count).contains(step)
        else {
            throw ScheduleError(
                .badExpression,
                "The step in \(ScheduleError.quoted(item)), the \(label) of the cron expression, must be 1 to \(range.count)."
            )
        }
        return step
    }

    private func every(_ step: Int?, of values: [Int]) -> [Int] {
        guard let step else { return values }
        return stride(from: 0, to: values.count, by: step).map { values[$0] }
    }
}
