package import Time

/// A fixed distance between the starts of two syncs.
package struct BasicInterval: Sendable, Hashable {
    /// Months count 30 days each, as Airbyte counts them (protocol.md 3.9).
    package enum TimeUnit: String, Sendable, Codable, CaseIterable {
        case minutes, hours, days, weeks, months

        var seconds: Int64 {
            switch self {
            case .minutes: 60
            case .hours: 3600
            case .days: 86_400
            case .weeks: 7 * 86_400
            case .months: 30 * 86_400
            }
        }
    }

    package var units: Int64
    package var timeUnit: TimeUnit

    package init(units: Int64, timeUnit: TimeUnit) {
        self.units = units
        self.timeUnit = timeUnit
    }

    /// Never below a minute nor above about 290 years, so that nothing fires in a loop and no arithmetic overflows.
    package var duration: Duration {
        let longest: Int64 = 9_000_000_000
        let whole = units.multipliedReportingOverflow(by: timeUnit.seconds)
        return .seconds(whole.overflow ? longest : min(max(whole.partialValue, 60), longest))
    }

    /// When the next sync is due: at once where none was scheduled before, else one interval after the creation of the
    /// last scheduled one, whatever became of it.
    package func nextFiring(after lastScheduled: Instant?, now: Instant) -> Instant {
        lastScheduled.map { max($0 + duration, now) } ?? now
    }
}
