import CSQLite
package import SQL

/// A prepared statement of one connection, to be used on that connection's thread and before it is closed.
package final class SQLiteStatement {
    /// What SQLite's header calls SQLITE_TRANSIENT: the value is copied before the call returns.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    private let handle: OpaquePointer
    private let connection: OpaquePointer
    /// SQLite's position of `$1`, `$2` …; nil where the text does not use the number.
    private let positions: [CInt?]
    package private(set) lazy var columns = Row.Columns(
        (0..<sqlite3_column_count(handle)).map { String(cString: sqlite3_column_name(handle, $0)) })

    /// Compiles one statement; text behind it is refused.
    init(_ sql: String, on connection: OpaquePointer, keeping: Bool) throws {
        var compiled: OpaquePointer?
        let more = try sql.withCString { text in
            var tail: UnsafePointer<CChar>?
            let flags = keeping ? CUnsignedInt(SQLITE_PREPARE_PERSISTENT) : 0
            let code = sqlite3_prepare_v3(connection, text, -1, flags, &compiled, &tail)
            guard code == SQLITE_OK else { throw DatabaseError.sqlite(code, on: connection, running: false) }
            return tail.map { String(cString: $0) } ?? ""
        }
        guard let compiled else { throw DatabaseError(.other, "The statement is empty.") }
        do {
            guard more.allSatisfy({ $0.isWhitespace || $0 == ";" }) else {
                throw DatabaseError(.other, "A query holds more than one statement; run them one by one.")
            }
            positions = try Self.positions(in: compiled)
        } catch {
            sqlite3_finalize(compiled)
            throw error
        }
        handle = compiled
        self.connection = connection
    }

    deinit { sqlite3_finalize(handle) }

    /// Binds `$1`, `$2` … in order.
    package func bind(_ values: [SQLValue]) throws {
        guard positions.count <= values.count else {
            throw DatabaseError(.other, "The query uses $\(positions.count) but binds only \(values.count) values.")
        }
        for (index, value) in values.enumerated() { try bind(value, at: index + 1) }
    }

    /// Binds `$number`; a number that the text does not use is ignored.
    package func bind(_ value: SQLValue, at number: Int) throws {
        guard number >= 1, number <= positions.count, let position = positions[number - 1] else { return }
        let code: CInt
        switch value {
        case .null: code = sqlite3_bind_null(handle, position)
        case .bool(let flag): code = sqlite3_bind_int(handle, position, flag ? 1 : 0)
        case .integer(let integer): code = sqlite3_bind_int64(handle, position, integer)
        case .double(let double):
            if double.isNaN { throw DatabaseError(.constraintViolation, "SQLite cannot store a NaN.") }
            code = sqlite3_bind_double(handle, position, double)
        case .text(let text):
            if text.utf8.contains(0) {
                throw DatabaseError(.constraintViolation, "A text holds a NUL character, which cannot be stored.")
            }
            let count = UInt64(text.utf8.count)
            code = text.withCString {
                sqlite3_bind_text64(handle, position, $0, count, Self.transient, UInt8(SQLITE_UTF8))
            }
        case .bytes(let bytes):
            code = bytes.withUnsafeBytes { buffer in
                // A null pointer would bind NULL.
                buffer.isEmpty
                    ? sqlite3_bind_zeroblob(handle, position, 0)
                    : sqlite3_bind_blob64(handle, position, buffer.baseAddress, UInt64(buffer.count), Self.transient)
            }
        }
        guard code == SQLITE_OK else { throw DatabaseError.sqlite(code, on: connection, running: true) }
    }

    /// Binds `$number` to UTF-8 bytes without a detour over a string; the caller vouches for their encoding.
    package func bind(utf8 text: UnsafeRawBufferPointer, at number: Int) throws {
        guard number >= 1, number <= positions.count, let position = positions[number - 1] else { return }
        let code: CInt
        if let start = text.baseAddress, !text.isEmpty {
            code = sqlite3_bind_text64(
                handle, position, start.assumingMemoryBound(to: CChar.self), UInt64(text.count), Self.transient,
                UInt8(SQLITE_UTF8))
        } else {
            code = sqlite3_bind_text(handle, position, "", 0, Self.transient)
        }
        guard code == SQLITE_OK else { throw DatabaseError.sqlite(code, on: connection, running: true) }
    }

    /// Goes to the next row; false when there is none. A failed statement has been reset.
    package func step() throws -> Bool {
        let code = sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            let error = DatabaseError.sqlite(code, on: connection, running: true)
            reset()
            throw error
        }
    }

    /// Runs the statement to its end and makes it ready to be bound anew.
    package func run() throws {
        while try step() {}
        sqlite3_reset(handle)
    }

    /// Makes the statement ready to run again and forgets what was bound.
    package func reset() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    /// The current row's value in the column at `index`.
    package func value(at index: Int) -> SQLValue {
        let column = CInt(index)
        switch sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, column))
        case SQLITE_FLOAT: return .double(sqlite3_column_double(handle, column))
        case SQLITE_TEXT:
            // The text is asked for before its length: asking may convert it.
            guard let text = sqlite3_column_text(handle, column) else { return .text("") }
            let count = Int(sqlite3_column_bytes(handle, column))
            return .text(String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self))
        case SQLITE_BLOB:
            guard let start = sqlite3_column_blob(handle, column) else { return .bytes([]) }
            let count = Int(sqlite3_column_bytes(handle, column))
            return .bytes(Array(UnsafeRawBufferPointer(start: start, count: count)))
        default: return .null
        }
    }

    /// The current row's value in the column at `index`, not copied.
    package func cell(at index: Int) -> SQLiteCell { SQLiteCell(handle, CInt(index)) }

    /// The current row.
    package func row() -> Row {
        Row(columns: columns, values: columns.names.indices.map { value(at: $0) })
    }

    /// SQLite treats `$1` as a name, so its numbers need not be in the order of first use.
    private static func positions(in statement: OpaquePointer) throws -> [CInt?] {
        let count = sqlite3_bind_parameter_count(statement)
        guard count > 0 else { return [] }
        var found: [CInt?] = []
        for position in 1...count {
            guard let name = sqlite3_bind_parameter_name(statement, position).map({ String(cString: $0) }),
                name.hasPrefix("$"), let number = Int(name.dropFirst()), (1...32766).contains(number)
            else {
                throw DatabaseError(.other, "A query's parameters must be $1, $2 …; use CAST, not $1::type.")
            }
            while found.count < number { found.append(nil) }
            found[number - 1] = position
        }
        return found
    }
}
