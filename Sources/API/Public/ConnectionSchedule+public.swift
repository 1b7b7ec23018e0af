import JSON
import Model
import Schedule

extension ConnectionSchedule {
    /// The public API's shape. A cron expression comes back with its zone, as it may be given, too.
    var publicWire: JSON {
        switch self {
        case .manual: ["scheduleType": "manual"]
        case .basic(let interval):
            [
                "scheduleType": "basic",
                "basicTiming": .string("Every \(interval.units) \(interval.timeUnit.rawValue.uppercased())"),
            ]
        case .cron(let expression, let timeZone):
            ["scheduleType": "cron", "cronExpression": .string("\(expression) \(timeZone)")]
        }
    }

    private enum PublicKind: String, WireReadable, CaseIterable { case manual, cron }

    /// Reads `{scheduleType, cronExpression}`; the zone after the expression may be left out for UTC.
    init(publicWire body: Body) throws {
        guard try body.required("scheduleType", as: PublicKind.self) == .cron else {
            self = .manual
            return
        }
        let given: String = try body.required("cronExpression")
        var fields = given.split(separator: " ").map(String.init)
        var zone = "UTC"
        // A year, the only other field that may stand there, begins with no letter.
        if fields.count > 6, let last = fields.last, last.first?.isLetter == true {
            fields.removeLast()
            if last.uppercased() != zone { zone = last }
        }
        guard fields.count > 1, fields[0] != "*", fields[1] != "*" else {
            throw Problem.badRequest(
                "cronExpression: name the second and the minute, as in \"0 30 * * * ?\"; syncs cannot start as often as "
                    + "every minute.")
        }
        self = try Self.cron(fields.joined(separator: " "), in: zone)
    }
}
