import JSON

/// A column as it is read and described.
struct SourceColumn {
    /// What a column's values are meant to be. SQLite itself lets any column hold anything.
    enum Form: CaseIterable {
        case boolean, integer, number, text, date, time, timestamp, timestampWithTimezone, bytes, json, any
    }

    let name: String
    var form: Form

    /// Whether a value can be kept in a state. Any two values of SQLite's have an order.
    var canBeCursor: Bool { ![.boolean, .bytes, .json].contains(form) }
}

extension SourceColumn.Form {
    /// By names in use, then by SQLite's own rules of affinity.
    init(declared: String) {
        let name = declared.uppercased().prefix { $0 != "(" }.split(separator: " ").joined(separator: " ")
        switch name {
        case "": self = .any
        case "BOOLEAN", "BOOL": self = .boolean
        case "DATE": self = .date
        case "TIME", "TIME WITHOUT TIME ZONE": self = .time
        case "DATETIME", "TIMESTAMP", "TIMESTAMP WITHOUT TIME ZONE": self = .timestamp
        case "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE", "DATETIMEOFFSET": self = .timestampWithTimezone
        case "JSON", "JSONB": self = .json
        case "UUID", "GUID", "STRING", "ENUM", "XML": self = .text
        case _ where name.contains("INT"): self = .integer
        case _ where ["CHAR", "CLOB", "TEXT"].contains { name.contains($0) }: self = .text
        case _ where name.contains("BLOB"): self = .bytes
        default: self = .number
        }
    }

    var schema: JSON {
        switch self {
        case .boolean: ["type": "boolean"]
        case .integer: ["type": "number", "airbyte_type": "integer"]
        case .number: ["type": "number"]
        case .text: ["type": "string"]
        case .date: ["type": "string", "format": "date"]
        case .time: ["type": "string", "format": "time", "airbyte_type": "time_without_timezone"]
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
        case .any: ["oneOf": [["type": "string"], ["type": "number"]]]
        }
    }

    /// The form that a catalog was made with.
    init?(schema: JSON) {
        guard let form = Self.allCases.first(where: { $0.schema == schema }) else { return nil }
        self = form
    }
}
