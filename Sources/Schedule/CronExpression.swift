/// Times of the wall clock, by Quartz's six or seven fields (second, minute, hour, day of month, month, day of week,
/// year) or the common five (minute, hour, day of month, month, day of week), or a macro such as `@daily`.
///
/// The two forms count weekdays differently: in Quartz's 1 is Sunday, in the common one 0 and 7 are.
package struct CronExpression: Sendable, Hashable {
    let seconds: UInt64
    let minutes: UInt64
    let hours: UInt32
    let days: CronDays
    let months: UInt16
    /// Ascending; nil: every year.
    let years: [Int]?

    /// Throws a sentence that names the field and tells what it takes.
    package init(_ text: String) throws(ScheduleError) {
        guard text.utf8.count <= 200, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw ScheduleError(
                .badExpression, "A cron expression has at most 200 characters, none of them beyond ASCII.")
        }
        var fields = text.split(separator: " ")
        if let name = fields.first, name.hasPrefix("@") {
            guard fields.count == 1, let macro = Self.macros[name.lowercased()] else {
                throw ScheduleError(
                    .badExpression,
                    "There is no cron macro \(ScheduleError.quoted(text)); there are @hourly, @daily, @weekly, @monthly and @yearly."
                )
            }
            fields = macro.split(separator: " ")
        }
        guard (5...7).contains(fields.count) else {
            throw ScheduleError(
                .badExpression,
                "A cron expression has 6 or 7 fields (second, minute, hour, day of month, month, day of week and perhaps year) or 5 (without second and year), not \(fields.count)."
            )
        }
        let isQuartz = fields.count > 5
        if !isQuartz { fields.insert("0", at: 0) }
        seconds = try Self.mask(fields[0], .second)
        minutes = try Self.mask(fields[1], .minute)
        hours = UInt32(try Self.mask(fields[2], .hour))
        days = try CronDays(month: fields[3], week: fields[5], isQuartz: isQuartz)
        months = UInt16(try Self.mask(fields[4], .month))
        years =
            fields.count < 7 || fields[6] == "*" ? nil : Set(try CronField.year.values(ofList: fields[6])).sorted()
    }

    /// Whether every hour of a day is meant, so that the expression beats a rhythm and names no times of day.
    var isEveryHour: Bool { hours == 1 << 24 - 1 }

    private static let macros = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
        "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
    ]

    private static func mask(_ list: Substring, _ field: CronField) throws(ScheduleError) -> UInt64 {
        var mask: UInt64 = 0
        for value in try field.values(ofList: list) { mask |= 1 << UInt64(value) }
        return mask
    }
}
