package import Schedule
package import Time

/// When a connection's syncs start.
package enum ConnectionSchedule: Sendable, Hashable {
    case manual
    case basic(BasicInterval)
    /// A cron expression and an IANA zone, as they were given.
    case cron(expression: String, timeZone: String)
}

extension ConnectionSchedule {
    /// When the next sync is due; nil: never.
    ///
    /// - `time`: what a cron expression named up to then is over.
    /// - `lastScheduled`: the creation of the last job that the clock started, from which an interval counts.
    ///
    /// Throws where the expression or the zone cannot be read, as when the zone's file is gone.
    package func nextFiring(after time: Instant, lastScheduled: Instant?) throws(ScheduleError) -> Instant? {
        switch self {
        case .manual: nil
        case .basic(let interval): interval.nextFiring(after: lastScheduled, now: time)
        case .cron(let expression, let timeZone):
            try CronExpression(expression).nextFiring(after: time, in: .named(timeZone))
        }
    }
}

extension ConnectionSchedule: Codable {
    private enum CodingKeys: String, CodingKey { case type, timeUnit, units, expression, timeZone }

    package init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        switch try members.decode(String.self, forKey: .type) {
        case "basic":
            self = .basic(
                BasicInterval(
                    units: try members.decode(Int64.self, forKey: .units),
                    timeUnit: try members.decode(BasicInterval.TimeUnit.self, forKey: .timeUnit)))
        case "cron":
            self = .cron(
                expression: try members.decode(String.self, forKey: .expression),
                timeZone: try members.decode(String.self, forKey: .timeZone))
        default: self = .manual
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .manual: try members.encode("manual", forKey: .type)
        case .basic(let interval):
            try members.encode("basic", forKey: .type)
            try members.encode(interval.units, forKey: .units)
            try members.encode(interval.timeUnit, forKey: .timeUnit)
        case .cron(let expression, let timeZone):
            try members.encode("cron", forKey: .type)
            try members.encode(expression, forKey: .expression)
            try members.encode(timeZone, forKey: .timeZone)
        }
    }
}
