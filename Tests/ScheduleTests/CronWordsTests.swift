import Schedule
import Testing
import Time

struct CronWordsTests {
    @Test(arguments: [
        ("0 0 12 * * ?", "At 12:00"),
        ("0 30 9,17 ? * MON-FRI", "At 09:30 and 17:30, on Monday to Friday"),
        ("0 0 * * * ?", "Every hour"),
        ("0 */15 * * * ?", "Every 15 minutes"),
        ("0 5/20 * * * ?", "Every 20 minutes, from minute 5 of the hour on"),
        ("0 5 * * * ?", "At minute 5 of the hour"),
        ("0 0 */6 * * ?", "At 00:00, 06:00, 12:00 and 18:00"),
        ("0 0 */2 * * ?", "Every 2 hours"),
        ("0 * * * * ?", "Every minute"),
        ("15 0 12 1 1 ? 2027", "At 12:00:15, on day 1 of the month, in January, in 2027"),
        ("0 0 0 L * ?", "At 00:00, on the last day of the month"),
        ("0 0 0 ? * 6#3", "At 00:00, on the third Friday of the month"),
        ("0 0 0 15W 1-3 ?", "At 00:00, on the working day nearest to day 15 of the month, in January to March"),
        ("0 0 13 * 5", "At 00:00, on day 13 of the month or on Friday"),
    ])
    func `an expression is told in plain English`(text: String, words: String) throws {
        #expect(try CronExpression(text).words == words)
    }

    @Test func `a day begins when the clocks of the place say so`() throws {
        let zone = try TimeZone.named("America/New_York")
        let noon = try #require(Instant(iso8601: "2027-01-15T12:00:00Z"))
        #expect(zone.startOfDay(of: noon).iso8601 == "2027-01-15T05:00:00Z")
        let late = try #require(Instant(iso8601: "2027-01-15T03:00:00Z"))
        #expect(zone.startOfDay(of: late).iso8601 == "2027-01-14T05:00:00Z")
    }
}
