import CSQLite
import Glibc
package import SQL

/// One open SQLite file, used by one thread at a time; every call blocks.
package final class SQLiteConnection {
    package enum Access: Sendable {
        /// Makes the file where there is none, readable by its owner only.
        case create
        case readWrite
        case readOnly
    }

    private static let cacheLimit = 256

    private var handle: OpaquePointer?
    private var cache: [String: SQLiteStatement] = [:]

    /// Opens `path` with foreign keys on, and with write-ahead logging unless it is only to be read.
    /// `shrinks`: whether a file that is made here can give space back later.
    package init(
        path: String, access: Access, busyTimeout milliseconds: Int = 10_000, shrinks: Bool = false
    ) throws {
        var flags = SQLITE_OPEN_NOMUTEX
        switch access {
        case .create:
            // SQLite would make it with the process's mask; its journals take over the mode of the file.
            let file = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            if file >= 0 { Glibc.close(file) }
            flags |= SQLITE_OPEN_READWRITE
        case .readWrite: flags |= SQLITE_OPEN_READWRITE
        case .readOnly: flags |= SQLITE_OPEN_READONLY
        }
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard code == SQLITE_OK, let handle else {
            let error = DatabaseError.sqlite(code, on: handle, running: false)
            sqlite3_close_v2(handle)
            handle = nil
            throw DatabaseError(
                error.code, "The database file \(path) cannot be opened. \(error.message)", native: error.native)
        }
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, CInt(clamping: milliseconds))
        csqlite_refuse_quoted_strings(handle)
        try execute(script: "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;")
        if access != .readOnly {
            // Counts only for a file that is still empty, so it comes first.
            if shrinks { try execute(script: "PRAGMA auto_vacuum = INCREMENTAL") }
            try execute(
                script: """
                    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864;
                    """)
        }
    }

    deinit { close() }

    /// Closes the file; what is used afterwards throws.
    package func close() {
        cache = [:]
        sqlite3_close_v2(handle)
        handle = nil
    }

    package var isInTransaction: Bool { handle.map { sqlite3_get_autocommit($0) == 0 } ?? false }

    /// Runs a query and returns all of its rows.
    package func rows(_ query: Query) throws -> [Row] {
        let statement = try cached(query.text)
        defer { statement.reset() }
        try statement.bind(query.values)
        var rows: [Row] = []
        while try statement.step() { rows.append(statement.row()) }
        return rows
    }

    /// Runs a statement and returns how many rows it changed.
    @discardableResult
    package func run(_ query: Query) throws -> Int {
        let statement = try cached(query.text)
        defer { statement.reset() }
        try statement.bind(query.values)
        let before = sqlite3_total_changes64(handle)
        while try statement.step() {}
        // A statement that changes nothing leaves the last one's count standing.
        return sqlite3_total_changes64(handle) == before ? 0 : Int(sqlite3_changes64(handle))
    }

    /// Runs statements separated by `;`; rows they answer are thrown away.
    package func execute(script: String) throws {
        let handle = try opened()
        let code = sqlite3_exec(handle, script, nil, nil, nil)
        guard code == SQLITE_OK else { throw DatabaseError.sqlite(code, on: handle, running: false) }
    }

    /// Compiles a statement that the caller keeps, for one that runs many times.
    package func prepare(_ sql: String) throws -> SQLiteStatement {
        try SQLiteStatement(sql, on: opened(), keeping: true)
    }

    private func cached(_ sql: String) throws -> SQLiteStatement {
        if let statement = cache[sql] { return statement }
        let statement = try prepare(sql)
        if cache.count >= Self.cacheLimit { cache.removeAll(keepingCapacity: true) }
        cache[sql] = statement
        return statement
    }

    private func opened() throws -> OpaquePointer {
        guard let handle else { throw DatabaseError(.unavailable, "The database file was closed.") }
        return handle
    }
}
