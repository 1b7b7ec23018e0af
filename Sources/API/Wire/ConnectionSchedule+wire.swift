import JSON
import Model
import Schedule
import Time

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

    private static func cron(_ data: Body) throws -> ConnectionSchedule {
        let cron: Body = try data.required("cron")
        return try Self.cron(cron.required("cronExpression"), in: cron.required("cronTimeZone"))
    }

    /// Takes what can be fired, and keeps it as it was given.
    static func cron(_ expression: String, in timeZone: String) throws -> ConnectionSchedule {
        // As Airbyte has it; and Etc/GMT+5 is five hours behind, which hardly anybody expects.
        guard !timeZone.lowercased().hasPrefix("etc") else {
            throw Problem.badRequest("cronTimeZone cannot be a zone of Etc; name a place, as in Europe/Berlin, or UTC.")
        }
        let schedule = ConnectionSchedule.cron(expression: expression, timeZone: timeZone)
        let next: Instant?
        do throws(ScheduleError) {
            next = try schedule.nextFiring(after: SystemClock().now, lastScheduled: nil)
        } catch {
            throw Problem.badRequest(
                "\(error.code == .badTimeZone ? "cronTimeZone" : "cronExpression"): \(error.message)")
        }
        guard next != nil else { throw Problem.badRequest("cronExpression names no time that is still to come.") }
        return schedule
    }
}
