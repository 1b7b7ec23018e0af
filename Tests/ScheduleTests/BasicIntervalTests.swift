import Schedule
import Testing
import Time

@Suite("Basic intervals", .timeLimit(.minutes(3)))
struct BasicIntervalTests {
    private let now = Instant(seconds: 1_000_000)

    @Test func `a connection that never ran is due at once`() {
        #expect(BasicInterval(units: 1, timeUnit: .hours).nextFiring(after: nil, now: now) == now)
    }

    @Test func `the next firing is one interval after the last`() {
        let last = now - .seconds(600)
        #expect(
            BasicInterval(units: 1, timeUnit: .hours).nextFiring(after: last, now: now) == last + .seconds(3600))
    }

    @Test func `what was missed fires once, now`() {
        #expect(BasicInterval(units: 1, timeUnit: .minutes).nextFiring(after: now - .seconds(9999), now: now) == now)
    }

    @Test func `units that make no sense neither fire in a loop nor overflow`() {
        #expect(BasicInterval(units: 0, timeUnit: .days).duration == .seconds(60))
        #expect(BasicInterval(units: -5, timeUnit: .days).duration == .seconds(60))
        #expect(BasicInterval(units: .max, timeUnit: .months).duration == .seconds(9_000_000_000))
    }
}
