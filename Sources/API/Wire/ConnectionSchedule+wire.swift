import JSON
import Model
import Schedule

extension ConnectionSchedule {
    /// The members of a connection that tell its schedule.
    var wire: JSONObject {
        switch self {
        case .manual: return ["scheduleType": "manual"]
        case .basic(let interval):
            let schedule: JSON = [
                "units": .integer(interval.units), "timeUnit": .string(interval.timeUnit.rawValue),
            ]
            return ["schedule": schedule, "scheduleType": "basic", "scheduleData": ["basicSchedule": schedule]]
        case .cron(let expression, let timeZone):
            let cron: JSON = ["cronExpression": .string(expression), "cronTimeZone": .string(timeZone)]
            return ["scheduleType": "cron", "scheduleData": ["cron": cron]]
        }
    }

    private enum Kind: String, WireReadable, CaseIterable { case manual, basic, cron }

    /// The schedule that the body asks for; nil where it says nothing of one.
    ///
    /// - Parameter allowsLegacy: whether the older member `schedule` may stand in place of type and data.
    init?(wire body: Body, allowsLegacy: Bool) throws {
        if body.has("schedule") {
            guard allowsLegacy else {
                throw Problem.badRequest("schedule is not taken here; use scheduleType and scheduleData.")
            }
            guard !body.has("scheduleType") else {
                throw Problem.unprocessable("schedule and scheduleType exclude one another; use scheduleType.")
            }
            self = .basic(try Self.interval(try body.required("schedule")))
            return
        }
        guard let kind: Kind = try body.optional("scheduleType") else {
            guard !body.has("scheduleData") else { throw Problem.missing("scheduleType") }
            return nil
        }
        if kind == .manual {
            guard !body.has("scheduleData") else {
                throw Problem.badRequest("scheduleData must be left out where scheduleType is manual.")
            }
            self = .manual
            return
        }
        let data: Body = try body.required("scheduleData")
        self = kind == .basic ? .basic(try Self.interval(data.required("basicSchedule"))) : try Self.cron(data)
    }

    private static func interval(_ body: Body) throws -> BasicInterval {
        let units: Int64 = try body.required("units")
        guard units >= 1 else { throw Problem.badRequest("The schedule's units must be 1 or more.") }
        return BasicInterval(units: units, timeUnit: try body.required("timeUnit"))
    }

    /// Looks only at the form: what the expression means is checked where it is fired.
    private static func cron(_ data: Body) throws -> ConnectionSchedule {
        let cron: Body = try data.required("cron")
        let expression: String = try cron.required("cronExpression")
        let timeZone: String = try cron.required("cronTimeZone")
        guard expression.utf8.count <= 200, expression.utf8.allSatisfy({ (0x20...0x7E).contains($0) }),
            (6...7).contains(expression.split(separator: " ").count)
        else {
            throw Problem.badRequest(
                "cronExpression must have 6 or 7 fields: second, minute, hour, day, month, weekday and perhaps year.")
        }
        let isName = timeZone.utf8.allSatisfy { byte in
            Character(UnicodeScalar(byte)).isLetter && byte < 0x80 || (0x30...0x39).contains(byte)
                || "_+-/".utf8.contains(byte)
        }
        guard !timeZone.isEmpty, timeZone.utf8.count <= 64, isName, !timeZone.lowercased().hasPrefix("etc") else {
            throw Problem.badRequest("cronTimeZone must be the name of a zone, such as Europe/Berlin or UTC.")
        }
        return .cron(expression: expression, timeZone: timeZone)
    }
}
