import ConnectorKit

extension ColumnType {
    var declaration: String {
        switch self {
        case .string: "text"
        case .integer: "bigint"
        case .number: "numeric"
        case .boolean: "boolean"
        case .date: "date"
        case .timestampWithTimezone: "timestamp with time zone"
        case .timestamp: "timestamp without time zone"
        case .timeWithTimezone: "time with time zone"
        case .time: "time without time zone"
        case .json: "jsonb"
        }
    }

    /// Reads what `format_type` says of a column; nil for a type that this destination does not declare.
    init?(declared: String) {
        switch declared {
        case "character varying": self = .string
        case "json": self = .json
        case "double precision": self = .number
        // A bounded number holds every bigint, and is widened when fractions are to be stored.
        case _ where declared.hasPrefix("numeric("): self = .integer
        default:
            guard let type = ColumnType.allCases.first(where: { $0.declaration == declared }) else { return nil }
            self = type
        }
    }
}

extension TableColumn {
    var definition: String { "\(quote(name)) \(type.declaration)" }

    /// Whether a column that is declared so holds just the values that one of ours does, and in the same form.
    func isDeclared(as declared: String?) -> Bool {
        declared == type.declaration || type == .string && declared == "character varying"
    }
}
