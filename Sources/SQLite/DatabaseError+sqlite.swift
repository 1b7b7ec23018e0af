import CSQLite
import SQL

extension DatabaseError {
    /// What `code` means. `running` says that values were bound when it came up, which a message must not repeat.
    static func sqlite(_ code: CInt, on connection: OpaquePointer?, running: Bool) -> DatabaseError {
        let extended = connection.map { sqlite3_extended_errcode($0) } ?? code
        let native = extended & 0xFF == code & 0xFF ? extended : code
        let said = connection.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code))
        let primary = native & 0xFF
        // Constraints are named by table and column; other failures of a running statement may quote a value.
        let quotable = !running || primary == SQLITE_CONSTRAINT
        let reason = quotable ? said : String(cString: sqlite3_errstr(native))
        let constraint =
            primary == SQLITE_CONSTRAINT ? reason.split(separator: ": ", maxSplits: 1).last.map(String.init) : nil
        return DatabaseError(
            Self.code(of: native), "SQLite: \(reason).", native: String(native), constraint: constraint)
    }

    private static func code(of native: CInt) -> Code {
        switch native {
        // UNIQUE, PRIMARYKEY and ROWID; their macros do not import.
        case SQLITE_CONSTRAINT | 8 << 8, SQLITE_CONSTRAINT | 6 << 8, SQLITE_CONSTRAINT | 10 << 8:
            return .uniqueViolation
        default: break
        }
        switch native & 0xFF {
        case SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_TOOBIG: return .constraintViolation
        case SQLITE_BUSY, SQLITE_LOCKED: return .conflict
        case SQLITE_INTERRUPT: return .cancelled
        case SQLITE_FULL: return .full
        case SQLITE_PERM, SQLITE_AUTH, SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_NOTADB: return .refused
        case SQLITE_IOERR: return .unavailable
        default: return .other
        }
    }
}
