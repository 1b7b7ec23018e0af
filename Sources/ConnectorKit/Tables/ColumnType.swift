package import JSON

/// What a typed table's column holds, whatever the database calls it (protocol.md 9.2).
package enum ColumnType: String, Sendable, Hashable, CaseIterable {
    case string, integer, number, boolean, date, timestampWithTimezone, timestamp, timeWithTimezone, time, json
}

extension ColumnType {
    /// The type for a property's JSON schema. Where several kinds of value are allowed, or none is named, the column
    /// holds JSON.
    package init(schema: JSON) {
        let found = Self.types(schema).subtracting([nil])
        switch found.count {
        case 1: self = found.first.flatMap { $0 } ?? .json
        case 2 where found == [.integer, .number]: self = .number
        default: self = .json
        }
    }

    /// The type that holds every value of both, kept by a column whose schema changes. It never narrows a column.
    package func widened(to wanted: ColumnType) -> ColumnType {
        switch (self, wanted) {
        case _ where self == wanted: self
        case (.integer, .number), (.number, .integer): .number
        case (.json, _), (_, .json): .json
        default: .string
        }
    }

    /// Nil stands for null, which any column may hold.
    private static func types(_ schema: JSON) -> Set<ColumnType?> {
        if let reference = schema["$ref"]?.stringValue { return [wellKnown(reference)] }
        let names = schema["type"]?.arrayValue?.compactMap(\.stringValue) ?? schema["type"]?.stringValue.map { [$0] }
        if let names, !names.isEmpty { return Set(names.map { scalar($0, schema) }) }
        for key in ["oneOf", "anyOf"] {
            if let options = schema[key]?.arrayValue, !options.isEmpty {
                return options.reduce(into: []) { $0.formUnion(types($1)) }
            }
        }
        return [.json]
    }

    private static func scalar(_ name: String, _ schema: JSON) -> ColumnType? {
        let hint = schema["airbyte_type"]?.stringValue
        switch name {
        case "null": return nil
        case "boolean": return .boolean
        case "integer": return .integer
        case "number": return hint == "integer" || hint == "big_integer" ? .integer : .number
        case "string":
            switch schema["format"]?.stringValue {
            case "date": return .date
            case "date-time":
                return hint == "timestamp_without_timezone" ? .timestamp : .timestampWithTimezone
            case "time": return hint == "time_with_timezone" ? .timeWithTimezone : .time
            default: return hint == "integer" ? .integer : hint == "number" ? .number : .string
            }
        default: return .json
        }
    }

    private static func wellKnown(_ reference: String) -> ColumnType {
        switch reference.split(separator: "/").last {
        case "String", "BinaryData": .string
        case "Date": .date
        case "TimestampWithTimezone": .timestampWithTimezone
        case "TimestampWithoutTimezone": .timestamp
        case "TimeWithTimezone": .timeWithTimezone
        case "TimeWithoutTimezone": .time
        case "Number": .number
        case "Integer": .integer
        case "Boolean": .boolean
        default: .json
        }
    }
}
