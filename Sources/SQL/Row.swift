/// One row of a result; columns are found by name.
package struct Row: Sendable {
    /// The names of a result's columns, shared by all of its rows.
    package final class Columns: Sendable {
        package let names: [String]
        private let positions: [String: Int]

        package init(_ names: [String]) {
            self.names = names
            positions = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        }

        func position(of name: String) -> Int? { positions[name] }
    }

    package let columns: Columns
    package let values: [SQLValue]

    package init(columns: Columns, values: [SQLValue]) {
        self.columns = columns
        self.values = values
    }

    /// The column's value; throws where there is no such column, where it is NULL, or where it holds another kind.
    package func get<Value: SQLReadable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
        let stored = try stored(name)
        guard let value = Value(sqlValue: stored) else {
            throw DatabaseError(.decoding, "Column \(name) does not hold a \(Value.self).")
        }
        return value
    }

    /// The column's value, or nil where it is NULL.
    package func getOptional<Value: SQLReadable>(_ name: String, as type: Value.Type = Value.self) throws -> Value? {
        try stored(name) == .null ? nil : get(name)
    }

    private func stored(_ name: String) throws -> SQLValue {
        guard let position = columns.position(of: name) else {
            throw DatabaseError(.decoding, "The result has no column \(name).")
        }
        return values[position]
    }
}
