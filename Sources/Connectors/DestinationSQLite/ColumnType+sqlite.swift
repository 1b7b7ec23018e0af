import ConnectorKit

extension ColumnType {
    /// The declared type. Numbers get none, for SQLite would round a long decimal in a column that is declared numeric.
    var declaration: String {
        switch self {
        case .string, .date, .timestampWithTimezone, .timestamp, .timeWithTimezone, .time: "TEXT"
        case .json: "TEXT"
        case .integer: "INTEGER"
        case .boolean: "BOOLEAN"
        case .number: ""
        }
    }

    /// A type whose values this column can take as they are; nil for one that this destination does not declare.
    init?(declared: String) {
        switch declared.uppercased() {
        case "TEXT": self = .string
        case "INTEGER": self = .integer
        case "BOOLEAN": self = .boolean
        case "": self = .number
        default: return nil
        }
    }
}

extension TableColumn {
    var definition: String { "\(quote(name)) \(type.declaration)" }
}
