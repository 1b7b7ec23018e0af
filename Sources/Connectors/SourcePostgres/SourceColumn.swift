import ConnectorKit
import JSON

/// A column as it is read and described.
struct SourceColumn: Sendable {
    /// How a field's text becomes JSON.
    enum Form: Sendable {
        case boolean, integer, number, money, text, date, time, timeWithTimezone, timestamp, timestampWithTimezone
        case bytes
        /// Text that is JSON already.
        case json
        /// What the server turns into JSON; the items' form is only described.
        indirect case array(of: Form)
        case composite
    }

    let name: String
    /// As SQL writes it.
    let type: String
    let form: Form
    /// The type's own name, or that of the one below a domain.
    let base: String
    /// Whether the table refuses NULLs in it.
    let isNotNull: Bool

    init(name: String, type: String, base: String, kind: String, isNotNull: Bool) {
        self.name = name
        self.type = type
        self.base = base
        self.isNotNull = isNotNull
        form = Self.form(base, kind)
    }

    /// Whether rows can be put in order by it and a value can be kept in a state.
    var canBeCursor: Bool {
        switch form {
        case .boolean, .money, .bytes, .json, .array, .composite: false
        default: true
        }
    }

    /// The column as SELECT asks for it.
    var expression: String {
        switch form {
        case .array, .composite: "to_json(\(quote(name)))"
        // Its own text depends on the server's locale.
        case .money: "\(quote(name))::numeric"
        default: quote(name)
        }
    }

    var schema: JSON { Self.schema(form) }

    /// `base` is the name of the type, or of the one below a domain; `kind` is `pg_type.typtype`.
    private static func form(_ base: String, _ kind: String) -> Form {
        if base.hasSuffix("[]") { return .array(of: form(String(base.dropLast(2)), "b")) }
        switch base {
        case "boolean": return .boolean
        case "smallint", "integer", "bigint", "oid": return .integer
        case "real", "double precision", "numeric": return .number
        case "money": return .money
        case "date": return .date
        case "time without time zone": return .time
        case "time with time zone": return .timeWithTimezone
        case "timestamp without time zone": return .timestamp
        case "timestamp with time zone": return .timestampWithTimezone
        case "bytea": return .bytes
        case "json", "jsonb": return .json
        default: return kind == "c" ? .composite : .text
        }
    }

    private static func schema(_ form: Form) -> JSON {
        switch form {
        case .boolean: ["type": "boolean"]
        case .integer: ["type": "number", "airbyte_type": "integer"]
        case .number, .money: ["type": "number"]
        case .text: ["type": "string"]
        case .date: ["type": "string", "format": "date"]
        case .time: ["type": "string", "format": "time", "airbyte_type": "time_without_timezone"]
        case .timeWithTimezone: ["type": "string", "format": "time", "airbyte_type": "time_with_timezone"]
        case .timestamp: ["type": "string", "format": "date-time", "airbyte_type": "timestamp_without_timezone"]
        case .timestampWithTimezone:
            ["type": "string", "format": "date-time", "airbyte_type": "timestamp_with_timezone"]
        case .bytes: ["type": "string", "contentEncoding": "base64"]
        case .json:
            [
                "oneOf": [
                    ["type": "object"], ["type": "array"], ["type": "string"], ["type": "number"], ["type": "boolean"],
                ]
            ]
        // Inside an array the server writes bytes in its own way.
        case .array(of: .bytes): ["type": "array", "items": ["type": "string"]]
        case .array(let items): ["type": "array", "items": schema(items)]
        case .composite: ["type": "object"]
        }
    }
}
