package import Schedule

/// When a connection's syncs start.
package enum ConnectionSchedule: Sendable, Hashable {
    case manual
    case basic(BasicInterval)
    /// A Quartz expression and an IANA zone; kept and shown, fired from the issue on Flow on.
    case cron(expression: String, timeZone: String)
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
