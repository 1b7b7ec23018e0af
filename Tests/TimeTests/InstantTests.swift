import Testing
import Time

@Suite("Instants", .timeLimit(.minutes(3)))
struct InstantTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-21T01:02:03.5Z", 1_795_222_923_500_000),
        ("1969-12-31T23:59:59.999999Z", -1), ("2000-02-29T12:00:00+02:00", 951_818_400_000_000),
        ("0001-01-01", -62_135_596_800_000_000), ("9999-12-31 23:59:59", 253_402_300_799_000_000),
    ])
    func `ISO 8601 is read`(text: String, microseconds: Int64) throws {
        #expect(Instant(iso8601: text)?.microseconds == microseconds)
    }

    @Test(arguments: [
        0, 1, -1, 1_795_222_923_500_000, -62_135_596_800_000_000, 253_402_300_799_999_999, 951_782_400_000_000,
    ])
    func `what is written reads back`(microseconds: Int64) {
        let instant = Instant(microseconds: microseconds)
        #expect(Instant(iso8601: instant.iso8601) == instant)
    }

    @Test(arguments: ["", "2026-13-01", "2026-02-30", "2026-01-01T25:00:00Z", "2026-01-01T00:00:00+", "x", "2026-1-1"])
    func `nonsense is refused`(text: String) {
        #expect(Instant(iso8601: text) == nil)
    }

    @Test func `seconds are always written and fractions only where there are any`() {
        #expect(Instant(seconds: 0).iso8601 == "1970-01-01T00:00:00Z")
        #expect(Instant(milliseconds: 1).iso8601 == "1970-01-01T00:00:00.001Z")
    }

    @Test func `every day of four centuries converts both ways`() {
        for day in stride(from: Int64(-146_097), through: 146_097, by: 1) {
            #expect(CivilDate(daysSinceEpoch: day).daysSinceEpoch == day)
        }
    }
}
