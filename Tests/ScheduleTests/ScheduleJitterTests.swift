import Schedule
import Testing
import Time

@Suite("Jitter of schedules", .timeLimit(.minutes(3)))
struct ScheduleJitterTests {
    private let slot = Instant(seconds: 1_780_000_000)

    @Test(arguments: [(300, 0), (301, 120), (5400, 120), (5401, 300), (9001, 900), (23_401, 1500)])
    func `the longer the wait, the wider the window`(wait: Int64, window: Int64) {
        for early in [false, true] {
            let shifts = (0..<2000).map { key in
                ScheduleJitter.on.shift(of: "c\(key)", at: slot, wait: .seconds(wait), mayBeEarly: early)
            }
            let least = Duration.seconds(early ? -Double(window) / 2 : 0)
            #expect(shifts.allSatisfy { $0 >= least && $0 <= least + .seconds(window) })
            // They fill the window from end to end.
            #expect(shifts.min() ?? .zero <= least + .seconds(Double(window) * 0.02))
            #expect(shifts.max() ?? .zero >= least + .seconds(Double(window) * 0.98))
        }
    }

    @Test func `the same slot of a connection is always moved alike, and not at all when jitter is off`() {
        func shift(_ jitter: ScheduleJitter, _ slot: Instant) -> Duration {
            jitter.shift(of: "c", at: slot, wait: .seconds(86_400), mayBeEarly: false)
        }
        #expect(shift(.on, slot) == shift(.on, slot))
        #expect(shift(.on, slot) != shift(.on, slot + .seconds(86_400)))
        #expect(shift(.off, slot) == .zero)
    }
}
