import Schedule
import Testing
import Time

@Suite("Cron expressions when the clocks change", .timeLimit(.minutes(3)))
struct ClockChangeTests {
    @Test(arguments: [
        // New York leaps from 2:00 to 3:00 at 7:00 UTC on 8 March 2026.
        ("0 30 2 * * ?", "America/New_York", "2026-03-07T12:00:00Z", ["2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z"]),
        (
            "0 0,15,30 2 * * ?", "America/New_York", "2026-03-08T00:00:00Z",
            ["2026-03-08T07:00:00Z", "2026-03-09T06:00:00Z"]
        ),
        (
            "0 0 2,3 * * ?", "America/New_York", "2026-03-08T00:00:00Z",
            ["2026-03-08T07:00:00Z", "2026-03-09T06:00:00Z"]
        ),
        (
            "0 0 */2 * * ?", "America/New_York", "2026-03-08T05:00:00Z",
            ["2026-03-08T07:00:00Z", "2026-03-08T08:00:00Z"]
        ),
        ("0 30 * * * ?", "America/New_York", "2026-03-08T06:00:00Z", ["2026-03-08T06:30:00Z", "2026-03-08T07:30:00Z"]),
        ("*/15 * * * *", "America/New_York", "2026-03-08T06:40:00Z", ["2026-03-08T06:45:00Z", "2026-03-08T07:00:00Z"]),
        // It falls back from 2:00 to 1:00 at 6:00 UTC on 1 November 2026.
        ("0 30 1 * * ?", "America/New_York", "2026-11-01T00:00:00Z", ["2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"]),
        ("0 30 1 * * ?", "America/New_York", "2026-11-01T06:10:00Z", ["2026-11-02T06:30:00Z", "2026-11-03T06:30:00Z"]),
        ("0 30 * * * ?", "America/New_York", "2026-11-01T05:00:00Z", ["2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"]),
        ("30 1-2 * * *", "America/New_York", "2026-11-01T00:00:00Z", ["2026-11-01T05:30:00Z", "2026-11-01T07:30:00Z"]),
        // Berlin, 29 March and 25 October 2026, both at 1:00 UTC.
        ("0 0 2 * * ?", "Europe/Berlin", "2026-03-28T12:00:00Z", ["2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"]),
        ("0 0 2 * * ?", "Europe/Berlin", "2026-10-24T12:00:00Z", ["2026-10-25T00:00:00Z", "2026-10-26T01:00:00Z"]),
        // Lord Howe leaps from 2:00 to 2:30 at 15:30 UTC on 3 October 2026, and back at 15:00 UTC on 4 April.
        (
            "0 10 2 * * ?", "Australia/Lord_Howe", "2026-10-03T00:00:00Z",
            ["2026-10-03T15:30:00Z", "2026-10-04T15:10:00Z"]
        ),
        (
            "0 45 1 * * ?", "Australia/Lord_Howe", "2026-04-04T00:00:00Z",
            ["2026-04-04T14:45:00Z", "2026-04-05T15:15:00Z"]
        ),
        (
            "0 */20 * * * ?", "Australia/Lord_Howe", "2026-04-04T14:30:00Z",
            ["2026-04-04T14:40:00Z", "2026-04-04T15:10:00Z"]
        ),
        // Kathmandu is 5 hours and 45 minutes ahead all year.
        ("0 0 12 * * ?", "Asia/Kathmandu", "2026-03-01T00:00:00Z", ["2026-03-01T06:15:00Z", "2026-03-02T06:15:00Z"]),
        // Havana leaps over midnight, at 5:00 UTC on 8 March 2026.
        ("0 0 0 * * ?", "America/Havana", "2026-03-07T12:00:00Z", ["2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"]),
        // Apia had no 30 December 2011 at all.
        ("0 0 12 * * ?", "Pacific/Apia", "2011-12-29T12:00:00Z", ["2011-12-29T22:00:00Z", "2011-12-30T10:00:00Z"]),
        // Far ahead the rule at the end of the zone's file holds.
        ("0 0 12 1 7 ? 2090", "America/New_York", "2026-01-01T00:00:00Z", ["2090-07-01T16:00:00Z"]),
    ])
    func `each time comes once`(expression: String, zone: String, start: String, expected: [String]) throws {
        #expect(try firings(expression, after: start, in: zone, count: 2) == expected)
    }

    private static let zones = [
        "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Havana",
        "America/Nuuk", "Africa/Casablanca", "Pacific/Chatham",
    ]

    /// A walk over every minute of the days around each change of the clocks, with a look at the clock in each.
    @Test(arguments: zones) func `firings are those that a walk over the minutes finds`(name: String) throws {
        let zone = try TimeZone.named(name)
        var numbers = SeededNumbers(seed: 7)
        var fired = 0
        for day in try changes(of: zone) {
            let walk = (0..<6 * 1440).map { minute -> (at: Int64, reading: Int64) in
                let at = (day - 2) * 86_400 + Int64(minute) * 60
                return (at, at + zone.offset(at: Instant(seconds: at)))
            }
            for _ in 0..<40 {
                let made = MadeExpression(&numbers)
                let cron = try CronExpression(made.text)
                let from = walk[1440].at
                let until = walk[5 * 1440].at
                var expected: Set<Int64> = []
                if made.hours.count == 24 {
                    for minute in walk where made.matches(minute.reading) { expected.insert(minute.at) }
                } else {
                    // Each reading, at the first moment when the clock shows it or has gone past it.
                    var index = 0
                    for reading in stride(from: walk[0].reading, to: walk[walk.count - 1].reading, by: 60)
                    where made.matches(reading) {
                        while walk[index].reading < reading { index += 1 }
                        expected.insert(walk[index].at)
                    }
                }
                var found: Set<Int64> = []
                var now = Instant(seconds: from)
                while let next = cron.nextFiring(after: now, in: zone), next.seconds < until {
                    found.insert(next.seconds)
                    now = next
                }
                #expect(
                    found == expected.filter { $0 > from && $0 < until }, "\(made.text) in \(name) around day \(day)")
                fired += found.count
            }
        }
        #expect(fired > 1000)
    }

    /// The days of 2026 and 2040 on which the clocks change; for a zone without any, some day.
    private func changes(of zone: TimeZone) throws -> [Int64] {
        var days: [Int64] = []
        for year in [2026, 2040] {
            let first = CivilDate(year: year, month: 1, day: 1).daysSinceEpoch
            for day in first..<first + 365 {
                let offsets = [day, day + 1].map { zone.offset(at: Instant(seconds: $0 * 86_400)) }
                if offsets[0] != offsets[1] { days.append(day) }
            }
        }
        return days.isEmpty ? [20_500] : days
    }
}

/// A random expression and what it means, made together so that neither is read from the other.
private struct MadeExpression {
    let text: String
    let minutes: Set<Int>
    let hours: Set<Int>
    let weekdays: Set<Int>

    init(_ numbers: inout SeededNumbers) {
        let (minutes, minuteText) = Self.field(60, &numbers)
        let (hours, hourText) = Self.field(24, &numbers)
        let (weekdays, weekText) =
            Int.random(in: 0..<4, using: &numbers) > 0 ? (Set(0..<7), "*") : Self.field(7, &numbers)
        (self.minutes, self.hours, self.weekdays) = (minutes, hours, weekdays)
        text = "\(minuteText) \(hourText) * * \(weekText)"
    }

    func matches(_ reading: Int64) -> Bool {
        let minute = Int(reading / 60)
        return minutes.contains(minute % 60) && hours.contains(minute / 60 % 24)
            && weekdays.contains((minute / 1440 + 4) % 7)
    }

    private static func field(_ count: Int, _ numbers: inout SeededNumbers) -> (Set<Int>, String) {
        let step = Int.random(in: 1...count / 2, using: &numbers)
        let (a, b) = (Int.random(in: 0..<count, using: &numbers), Int.random(in: 0..<count, using: &numbers))
        switch Int.random(in: 0..<5, using: &numbers) {
        case 0: return (Set(0..<count), "*")
        case 1: return (Set(stride(from: 0, to: count, by: step)), "*/\(step)")
        case 2: return (Set(stride(from: a, to: count, by: step)), "\(a)/\(step)")
        case 3: return (Set(a <= b ? Array(a...b) : Array(a..<count) + Array(0...b)), "\(a)-\(b)")
        default: return ([a, b], "\(a),\(b)")
        }
    }
}
