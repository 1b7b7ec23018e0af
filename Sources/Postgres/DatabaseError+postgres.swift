import CPostgres
import SQL

extension DatabaseError {
    /// The error that `result` holds, or the connection's where there is no result.
    static func postgres(_ result: OpaquePointer?, on connection: OpaquePointer?) -> DatabaseError {
        guard let state = field(result, "C") else {
            let broken = connection.map { PQstatus($0) != CONNECTION_OK } ?? true
            return DatabaseError(
                broken ? .unavailable : .other,
                broken
                    ? "The connection to the database broke."
                    : "The database client failed: \(firstLine(connection.map { String(cString: PQerrorMessage($0)) }))"
            )
        }
        let constraint = field(result, "n")
        return DatabaseError(
            code(of: state), "Postgres: \(sentence(state, field(result, "M") ?? "", constraint: constraint))",
            native: state, constraint: constraint)
    }

    /// Why no connection came about. `message` is what libpq said at its most verbose, which holds the SQLSTATE.
    static func connecting(_ message: String, to settings: PostgresSettings) -> DatabaseError {
        var state: String?
        var line = firstLine(message)
        // "FATAL:  28P01: password authentication failed …", the first word in the server's language.
        for piece in line.split(separator: ":  ").dropFirst() {
            let candidate = piece.prefix(5)
            guard candidate.utf8.count == 5, piece.dropFirst(5).hasPrefix(": "),
                candidate.utf8.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) })
            else { continue }
            state = String(candidate)
            line = String(piece.dropFirst(7))
        }
        var code = state.map(code(of:)) ?? .unavailable
        // Said by the client itself, in English: the locale is never set.
        let hopeless = [
            "no password supplied", "certificate", "private key", "does not support SSL", "invalid ", "unrecognized ",
        ]
        if state == nil, hopeless.contains(where: { line.contains($0) }) { code = .refused }
        // Whatever else the server says to a newcomer may pass, such as a standby that is starting.
        if code != .refused { code = .unavailable }
        return DatabaseError(
            code, settings.scrubbed("No connection to the \(settings): \(line)"), native: state)
    }

    private static func code(of state: String) -> Code {
        switch state {
        case "23505", "23P01": return .uniqueViolation
        case "40001", "40P01", "55P03": return .conflict
        case "57014": return .cancelled
        case "53100", "53200", "53400": return .full
        case "57P01", "57P02", "57P03", "57P05", "25P03", "53300", "40003": return .unavailable
        case "3D000", "42501", "25006": return .refused
        default: break
        }
        switch state.prefix(2) {
        case "08": return .unavailable
        case "28": return .refused
        // What the values were or what they broke.
        case "22", "23", "44": return .constraintViolation
        default: return .other
        }
    }

    /// The server's own words where they cannot quote a bound value, else ours.
    private static func sentence(_ state: String, _ primary: String, constraint: String?) -> String {
        switch state.prefix(2) {
        case "08", "0A", "21", "25", "26", "28", "3D", "3F", "40", "42", "53", "54", "55", "57", "58":
            return "\(primary)."
        case "22": return "a value does not fit its column or its use."
        case "23" where state == "23502": return "a column that must not be NULL got one."
        case "23":
            let kinds = ["23505": "the unique key", "23503": "the foreign key", "23514": "the check"]
            return "\(kinds[state] ?? "the constraint") \(constraint ?? "of a table") is violated."
        default: return "the statement failed."
        }
    }

    private static func field(_ result: OpaquePointer?, _ name: Unicode.Scalar) -> String? {
        guard let result, let text = PQresultErrorField(result, CInt(name.value)) else { return nil }
        return String(cString: text)
    }

    private static func firstLine(_ text: String?) -> String {
        text?.split(separator: "\n").first.map(String.init) ?? "no reason given"
    }
}
