import Posix
import Schedule
import Testing
import Time

@Suite("Time zones", .timeLimit(.minutes(3)))
struct TimeZoneTests {
    /// As Python's zoneinfo has them: instants and seconds east of UTC, in the past, at both ends of changes, and far
    /// ahead.
    @Test(arguments: [
        (
            "America/New_York",
            [
                (-2_208_988_800, -18_000), (13_046_400, -14_400), (946_684_800, -18_000), (1_772_953_199, -18_000),
                (1_772_953_200, -14_400), (1_782_864_000, -14_400), (1_792_889_999, -14_400),
                (1_792_890_000, -14_400), (1_791_041_399, -14_400), (1_791_041_400, -14_400),
                (2_525_817_600, -18_000), (2_541_456_000, -14_400), (4_119_292_800, -14_400),
            ] as [(Int64, Int64)]
        ),
        (
            "Europe/Berlin",
            [
                (13_046_400, 3600), (946_684_800, 3600), (1_772_953_199, 3600), (1_772_953_200, 3600),
                (1_782_864_000, 7200), (1_792_889_999, 7200), (1_792_890_000, 3600), (1_791_041_399, 7200),
                (1_791_041_400, 7200), (2_525_817_600, 3600), (2_541_456_000, 7200), (4_119_292_800, 7200),
            ] as [(Int64, Int64)]
        ),
        (
            "Australia/Lord_Howe",
            [
                (13_046_400, 36_000), (946_684_800, 39_600), (1_772_953_199, 39_600), (1_772_953_200, 39_600),
                (1_782_864_000, 37_800), (1_792_889_999, 39_600), (1_792_890_000, 39_600), (1_791_041_399, 37_800),
                (1_791_041_400, 39_600), (2_525_817_600, 39_600), (2_541_456_000, 37_800), (4_119_292_800, 37_800),
            ] as [(Int64, Int64)]
        ),
        (
            "Asia/Kathmandu",
            [
                (-2_208_988_800, 20_476), (13_046_400, 19_800), (946_684_800, 20_700), (1_772_953_199, 20_700),
                (1_772_953_200, 20_700), (1_782_864_000, 20_700), (1_792_889_999, 20_700), (1_792_890_000, 20_700),
                (1_791_041_399, 20_700), (1_791_041_400, 20_700), (2_525_817_600, 20_700), (2_541_456_000, 20_700),
                (4_119_292_800, 20_700),
            ] as [(Int64, Int64)]
        ),
        (
            "Africa/Casablanca",
            [
                (13_046_400, 0), (946_684_800, 0), (1_772_953_199, 0), (1_772_953_200, 0), (1_782_864_000, 3600),
                (1_792_889_999, 3600), (1_792_890_000, 3600), (1_791_041_399, 3600), (1_791_041_400, 3600),
                (2_525_817_600, 3600), (2_541_456_000, 3600), (4_119_292_800, 3600),
            ] as [(Int64, Int64)]
        ),
        (
            "US/Pacific",
            [
                (13_046_400, -25_200), (946_684_800, -28_800), (1_772_953_199, -28_800), (1_772_953_200, -28_800),
                (1_782_864_000, -25_200), (1_792_889_999, -25_200), (1_792_890_000, -25_200),
                (1_791_041_399, -25_200), (1_791_041_400, -25_200), (2_525_817_600, -28_800),
                (2_541_456_000, -25_200), (4_119_292_800, -25_200),
            ] as [(Int64, Int64)]
        ),
        (
            "America/Nuuk",
            [
                (13_046_400, -10_800), (946_684_800, -10_800), (1_772_953_199, -7200), (1_772_953_200, -7200),
                (1_782_864_000, -3600), (1_792_889_999, -3600), (1_792_890_000, -7200), (1_791_041_399, -3600),
                (1_791_041_400, -3600), (2_525_817_600, -7200), (2_541_456_000, -3600), (4_119_292_800, -3600),
            ] as [(Int64, Int64)]
        ),
    ])
    func `a zone knows what its clocks show`(name: String, offsets: [(Int64, Int64)]) throws {
        let zone = try TimeZone.named(name)
        for (at, offset) in offsets { #expect(zone.offset(at: Instant(seconds: at)) == offset, "at \(at)") }
    }

    @Test func `UTC is always known, and an alias is the zone that it stands for`() throws {
        for name in ["UTC", "GMT"] { #expect(try TimeZone.named(name).offset(at: Instant(seconds: 0)) == 0) }
        let now = Instant(seconds: 1_780_000_000)
        #expect(try TimeZone.named("Asia/Calcutta").offset(at: now) == 19_800)
        #expect(try TimeZone.named("Asia/Kolkata").offset(at: now) == 19_800)
        #expect(try TimeZone.named("EST5EDT").offset(at: now) == -14_400)
    }

    @Test(arguments: [
        "", "Mars/Olympus", "../../../etc/passwd", "Europe/../Europe/Berlin", "/usr/share/zoneinfo/Europe/Berlin",
        "Europe//Berlin", "Europe/Berlin/", "Europe", "Europe/Berlin ", "Europe/Berlin\0", "europe/berlin", "tzdata.zi",
        "zone.tab", "localtime", "posixrules", "right/Europe/Berlin", "+05:30", String(repeating: "A", count: 5000),
        "e" + String(repeating: "\u{301}", count: 5000),
    ])
    func `what names no zone is refused with a sentence`(name: String) {
        let error = #expect(throws: ScheduleError.self) { try TimeZone.named(name) }
        #expect(error?.code == .badTimeZone)
        #expect(error?.message.contains("Europe/Berlin") == true)
        #expect((error?.message.utf8.count ?? 0) < 300)
    }

    @Test func `a file that is cut or changed is read or refused, and never crashes`() throws {
        let whole = try SecureFile.read("/usr/share/zoneinfo/Europe/Berlin", limit: 1 << 17)
        #expect(TimeZone(name: "Berlin", file: whole) != nil)
        for length in 0..<whole.count { #expect(TimeZone(name: "cut", file: Array(whole[..<length])) == nil) }
        var numbers = SeededNumbers(seed: 3)
        let cron = try CronExpression("0 30 2 * * ?")
        let beat = try CronExpression("0 30 * * * ?")
        for _ in 0..<3000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...8, using: &numbers) {
                bytes[Int.random(in: 0..<bytes.count, using: &numbers)] = UInt8.random(in: 0...255, using: &numbers)
            }
            guard let zone = TimeZone(name: "changed", file: bytes) else { continue }
            for seconds: Int64 in [-3_000_000_000, 0, 1_780_000_000, 4_000_000_000] {
                let now = Instant(seconds: seconds)
                for next in [cron, beat].compactMap({ $0.nextFiring(after: now, in: zone) }) { #expect(next > now) }
            }
        }
    }
}
