import CSQLite

/// A value of a statement's current row where SQLite keeps it: good until the statement's next step.
package enum SQLiteCell {
    case null
    case integer(Int64)
    case real(Double)
    /// UTF-8, as far as the file's writer kept to it.
    case text(UnsafeBufferPointer<UInt8>)
    case blob(UnsafeBufferPointer<UInt8>)

    init(_ statement: OpaquePointer, _ column: CInt) {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: self = .integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: self = .real(sqlite3_column_double(statement, column))
        case SQLITE_TEXT:
            // The text is asked for before its length: asking may convert it.
            let start = sqlite3_column_text(statement, column)
            self = .text(.init(start: start, count: Int(sqlite3_column_bytes(statement, column))))
        case SQLITE_BLOB:
            let start = sqlite3_column_blob(statement, column)
            let count = Int(sqlite3_column_bytes(statement, column))
            self = .blob(.init(start: start?.assumingMemoryBound(to: UInt8.self), count: count))
        default: self = .null
        }
    }
}
