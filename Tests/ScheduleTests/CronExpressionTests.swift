import Schedule
import Testing
import Time

/// The next `count` firings after an instant, written in UTC.
func firings(_ expression: String, after start: String, in zone: String = "UTC", count: Int = 3) throws -> [String] {
    let cron = try CronExpression(expression)
    let zone = try TimeZone.named(zone)
    var now = try #require(Instant(iso8601: start))
    return (0..<count).compactMap { _ in
        guard let next = cron.nextFiring(after: now, in: zone) else { return nil }
        now = next
        return next.iso8601
    }
}

@Suite("Cron expressions", .timeLimit(.minutes(3)))
struct CronExpressionTests {
    /// From a Thursday on; the answers come from a calendar, and for the common form from Python's croniter too.
    @Test(arguments: [
        ("0 0 12 * * ?", ["2026-01-30T12:00:00Z", "2026-01-31T12:00:00Z", "2026-02-01T12:00:00Z"]),
        ("0 0 12 * * *", ["2026-01-30T12:00:00Z", "2026-01-31T12:00:00Z", "2026-02-01T12:00:00Z"]),
        ("0 0 12 L * ?", ["2026-01-31T12:00:00Z", "2026-02-28T12:00:00Z", "2026-03-31T12:00:00Z"]),
        ("0 0 12 L-3 * ?", ["2026-02-25T12:00:00Z", "2026-03-28T12:00:00Z", "2026-04-27T12:00:00Z"]),
        ("0 0 12 LW * ?", ["2026-01-30T12:00:00Z", "2026-02-27T12:00:00Z", "2026-03-31T12:00:00Z"]),
        ("0 0 12 L-2W * ?", ["2026-02-26T12:00:00Z", "2026-03-30T12:00:00Z", "2026-04-28T12:00:00Z"]),
        ("0 0 12 1W * ?", ["2026-02-02T12:00:00Z", "2026-03-02T12:00:00Z", "2026-04-01T12:00:00Z"]),
        ("0 0 12 15w * ?", ["2026-02-16T12:00:00Z", "2026-03-16T12:00:00Z", "2026-04-15T12:00:00Z"]),
        ("0 0 12 31W * ?", ["2026-01-30T12:00:00Z", "2026-03-31T12:00:00Z", "2026-05-29T12:00:00Z"]),
        ("0 0 12 1,L * ?", ["2026-01-31T12:00:00Z", "2026-02-01T12:00:00Z", "2026-02-28T12:00:00Z"]),
        ("0 0 12 28-3 * ?", ["2026-01-30T12:00:00Z", "2026-01-31T12:00:00Z", "2026-02-01T12:00:00Z"]),
        ("0 0 12 1/10 NOV-FEB ?", ["2026-01-31T12:00:00Z", "2026-02-01T12:00:00Z", "2026-02-11T12:00:00Z"]),
        ("0 0 12 ? * 6L", ["2026-01-30T12:00:00Z", "2026-02-27T12:00:00Z", "2026-03-27T12:00:00Z"]),
        ("0 0 12 ? * friL", ["2026-01-30T12:00:00Z", "2026-02-27T12:00:00Z", "2026-03-27T12:00:00Z"]),
        ("0 0 12 ? * MON#5", ["2026-03-30T12:00:00Z", "2026-06-29T12:00:00Z", "2026-08-31T12:00:00Z"]),
        ("0 0 12 ? 3/4 1#2", ["2026-03-08T12:00:00Z", "2026-07-12T12:00:00Z", "2026-11-08T12:00:00Z"]),
        ("0 0 12 ? * 2-6", ["2026-01-30T12:00:00Z", "2026-02-02T12:00:00Z", "2026-02-03T12:00:00Z"]),
        ("0 0 12 ? * L", ["2026-01-31T12:00:00Z", "2026-02-07T12:00:00Z", "2026-02-14T12:00:00Z"]),
        ("0 0 12 ? * Fri-mON", ["2026-01-30T12:00:00Z", "2026-01-31T12:00:00Z", "2026-02-01T12:00:00Z"]),
        ("0 0 12 29 2 ?", ["2028-02-29T12:00:00Z", "2032-02-29T12:00:00Z", "2036-02-29T12:00:00Z"]),
        ("0 0 12 ? FEB 5#5", ["2052-02-29T12:00:00Z", "2080-02-29T12:00:00Z", "2120-02-29T12:00:00Z"]),
        ("15/20 59 23 31 12 ? 2026-2030/2", ["2026-12-31T23:59:15Z", "2026-12-31T23:59:35Z", "2026-12-31T23:59:55Z"]),
        ("0 0 0 1 1 ? 2099,2027", ["2027-01-01T00:00:00Z", "2099-01-01T00:00:00Z"]),
        ("* * * * * ?", ["2026-01-29T12:34:57Z", "2026-01-29T12:34:58Z", "2026-01-29T12:34:59Z"]),
        ("*/7 * * * * ?", ["2026-01-29T12:35:00Z", "2026-01-29T12:35:07Z", "2026-01-29T12:35:14Z"]),
        ("50-10/10 /30 12 * * ?", ["2026-01-30T12:00:00Z", "2026-01-30T12:00:10Z", "2026-01-30T12:00:50Z"]),
        ("*/20 9-10 * * MON-FRI", ["2026-01-30T09:00:00Z", "2026-01-30T09:20:00Z", "2026-01-30T09:40:00Z"]),
        ("0 0 1,15 * 1", ["2026-02-01T00:00:00Z", "2026-02-02T00:00:00Z", "2026-02-09T00:00:00Z"]),
        // One that begins with * is met as well as the other (Vixie).
        ("0 12 */10 * 1", ["2026-05-11T12:00:00Z", "2026-06-01T12:00:00Z", "2026-08-31T12:00:00Z"]),
        ("5 4 * JAN,jul *", ["2026-01-30T04:05:00Z", "2026-01-31T04:05:00Z", "2026-07-01T04:05:00Z"]),
        ("0 22-2 * * *", ["2026-01-29T22:00:00Z", "2026-01-29T23:00:00Z", "2026-01-30T00:00:00Z"]),
        ("0 12 * * 7", ["2026-02-01T12:00:00Z", "2026-02-08T12:00:00Z", "2026-02-15T12:00:00Z"]),
        ("0 12 * * 7-7", ["2026-02-01T12:00:00Z", "2026-02-08T12:00:00Z", "2026-02-15T12:00:00Z"]),
        ("0 12 ? * 0-7", ["2026-01-30T12:00:00Z", "2026-01-31T12:00:00Z", "2026-02-01T12:00:00Z"]),
        ("0 8 * * 5-7", ["2026-01-30T08:00:00Z", "2026-01-31T08:00:00Z", "2026-02-01T08:00:00Z"]),
        ("0 0 * * 0/2", ["2026-01-31T00:00:00Z", "2026-02-01T00:00:00Z", "2026-02-03T00:00:00Z"]),
        ("0 0 * * 1-7/2", ["2026-01-30T00:00:00Z", "2026-02-01T00:00:00Z", "2026-02-02T00:00:00Z"]),
        ("0 12 * * 5L", ["2026-01-30T12:00:00Z", "2026-02-27T12:00:00Z", "2026-03-27T12:00:00Z"]),
        ("0 0 * * 1#1", ["2026-02-02T00:00:00Z", "2026-03-02T00:00:00Z", "2026-04-06T00:00:00Z"]),
        ("30 6 L * *", ["2026-01-31T06:30:00Z", "2026-02-28T06:30:00Z", "2026-03-31T06:30:00Z"]),
        ("7/25 3 * * *", ["2026-01-30T03:07:00Z", "2026-01-30T03:32:00Z", "2026-01-30T03:57:00Z"]),
        ("@weekly", ["2026-02-01T00:00:00Z", "2026-02-08T00:00:00Z", "2026-02-15T00:00:00Z"]),
        ("@Hourly", ["2026-01-29T13:00:00Z", "2026-01-29T14:00:00Z", "2026-01-29T15:00:00Z"]),
        ("@daily", ["2026-01-30T00:00:00Z", "2026-01-31T00:00:00Z", "2026-02-01T00:00:00Z"]),
        ("@yearly", ["2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z", "2029-01-01T00:00:00Z"]),
    ])
    func `an expression names its times`(expression: String, expected: [String]) throws {
        #expect(try firings(expression, after: "2026-01-29T12:34:56Z") == expected)
    }

    @Test func `a firing comes after the instant, not at it`() throws {
        #expect(try firings("0 0 12 * * ?", after: "2026-01-29T12:00:00Z", count: 1) == ["2026-01-30T12:00:00Z"])
        #expect(try firings("0 0 12 * * ?", after: "2026-01-29T11:59:59.999999Z", count: 1) == ["2026-01-29T12:00:00Z"])
    }

    @Test(arguments: [
        "0 0 0 30 2 ?", "0 0 30 2 *", "0 0 * 30 FEB ?", "0 0 0 31W 2 ?", "0 0 0 1 1 ? 2025", "0 0 31 4,6,9,11 *",
    ])
    func `what never comes is known at once`(expression: String) throws {
        for zone in ["UTC", "America/New_York"] {
            #expect(try firings(expression, after: "2026-01-29T12:34:56Z", in: zone, count: 1) == [])
        }
    }

    @Test func `no instant is too far away to ask for`() throws {
        let cron = try CronExpression("0 0 12 * * ?")
        let zone = try TimeZone.named("Europe/Berlin")
        for microseconds in [Int64.min, .max, .max - 1, 253_402_300_799_000_000] {
            _ = cron.nextFiring(after: Instant(microseconds: microseconds), in: zone)
        }
        #expect(cron.nextFiring(after: Instant(microseconds: .max), in: zone) == nil)
    }

    @Test(arguments: [
        ("", "6 or 7 fields"), ("* * *", "not 3"), ("* * * * * * * *", "not 8"), ("@reboot", "@hourly"),
        ("@daily 3", "no cron macro"),
        ("60 * * * * ?", "second"), ("0 60 * * * ?", "minute"), ("0 0 24 * * ?", "0-23"),
        ("0 0 0 0 * ?", "day of month"),
        ("0 0 0 32 * ?", "1-31"), ("0 0 0 1 13 ?", "month"), ("0 0 0 1 FOO ?", "\"FOO\""),
        ("0 0 0 ? * 0", "1 is Sunday"),
        ("0 0 0 ? * 8", "day of week"), ("0 0 * * 8", "0-7"), ("0 0 0 ? * MON#6", "day of week"),
        ("0 0 0 ? * MON#0", "day of week"), ("0 0 0 ? * #1", "day of week"), ("0 0 * * L", "5L"),
        ("0 0 0 15 * MON", "make one of them ?"), ("0 0 0 ? * ?", "Only one"), ("0 0 ? * ?", "Only one"),
        ("? 0 0 * * *", "second"), ("0 0 0 * ? *", "month"), ("*/0 * * * * ?", "1 to 60"),
        ("*/61 * * * * ?", "1 to 60"),
        ("0 */-5 * * * ?", "step"), ("0 1/2/3 * * * ?", "step"), ("0 1--2 * * * ?", "minute"),
        ("0 1-2-3 * * * ?", "minute"),
        ("0 1,,2 * * * ?", "an empty item"), (", * * * *", "an empty item"), ("0 -1 * * * ?", "minute"),
        ("0 +1 * * * ?", "minute"), ("0 99999999999999999999 * * * ?", "minute"), ("0 0 0 L-31 * ?", "\"L-31\""),
        ("0 0 0 L3 * ?", "day of month"), ("0 0 0 W * ?", "day of month"), ("0 0 0 1-5W * ?", "day of month"),
        ("0 0 0 1 1 ? 1969", "year"), ("0 0 0 1 1 ? 2030-2026", "backwards"), ("0 0 0 1 1 ? 2200", "1970-2199"),
        ("0 0 0 ١ * ?", "ASCII"), ("0 0\t0 * * ?", "ASCII"), (String(repeating: "1,", count: 200), "200 characters"),
    ])
    func `what cannot be read is refused with a sentence`(expression: String, part: String) {
        let error = #expect(throws: ScheduleError.self) { try CronExpression(expression) }
        #expect(error?.code == .badExpression)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
        #expect((error?.message.utf8.count ?? 0) < 300)
    }

    @Test func `no text crashes the reader, and what it takes can be fired`() throws {
        var numbers = SeededNumbers(seed: 1)
        let pieces = [
            "*", "?", "/", "-", ",", "#", "L", "W", "0", "1", "5", "7", "12", "31", "59", "99", "2026", "MON", "jan",
            " ", " ",
            " ", " ", "@", "*/5", "é", "\0",
        ]
        let now = Instant(seconds: 1_780_000_000)
        let zone = try TimeZone.named("Australia/Lord_Howe")
        var taken = 0
        for _ in 0..<20_000 {
            var text = ""
            if Bool.random(using: &numbers) {
                for _ in 0..<Int.random(in: 0...24, using: &numbers) {
                    text += pieces.randomElement(using: &numbers) ?? ""
                }
            } else {
                // Near to what is right.
                let items = [
                    "*", "*", "?", "5", "1-5", "22-2", "*/5", "3/4", "1,2,3", "L", "LW", "MON", "6L", "2#1", "0",
                ]
                let fields = (0..<Int.random(in: 5...7, using: &numbers)).map { _ in
                    items.randomElement(using: &numbers) ?? ""
                }
                text = fields.joined(separator: " ")
            }
            guard let cron = try? CronExpression(text) else { continue }
            taken += 1
            if let next = cron.nextFiring(after: now, in: zone) { #expect(next > now) }
        }
        #expect(taken > 200)
    }
}
