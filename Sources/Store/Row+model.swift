import JSON
package import Model
package import Posix
package import SQL

/// Rows that are asked for over and over are the same ones.
private let decodedColumns = Memo()

extension Row {
    func id<Of>(_ name: String) throws -> ID<Of> {
        guard let id = ID<Of>(try get(name, as: String.self)) else {
            throw DatabaseError(.decoding, "Column \(name) does not hold a UUID.")
        }
        return id
    }

    func optionalID<Of>(_ name: String) throws -> ID<Of>? {
        try getOptional(name, as: String.self) == nil ? nil : id(name)
    }

    /// Nil where the column holds none.
    func optionalUUID(_ name: String) throws -> UUID? {
        try getOptional(name, as: String.self).flatMap { UUID($0) }
    }

    /// A column of JSON text, decoded.
    func coded<Value: Decodable & Sendable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
        try decodedColumns.value(of: get(name)) { try JSON.parse($0).decode() }
    }

    func choice<Value: RawRepresentable<String>>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
        guard let value = Value(rawValue: try get(name)) else {
            throw DatabaseError(.decoding, "Column \(name) holds a word that is no \(Value.self).")
        }
        return value
    }
}

extension Encodable {
    /// The value as it stands in a column of JSON text.
    func columnText() throws -> String { try JSON.encode(self).text }
}

extension ID: SQLBindable {
    package var sqlValue: SQLValue { .text(uuid.description) }
}

extension UUID: SQLBindable {
    package var sqlValue: SQLValue { .text(description) }
}
