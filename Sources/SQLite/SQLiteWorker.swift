import SQL

/// A connection that is opened when it is first needed; every call blocks.
///
/// Unchecked: the pool lends it to one caller at a time, who uses it on one thread.
final class SQLiteWorker: @unchecked Sendable {
    private static let busyTimeout = 10_000
    /// Four megabytes.
    private static let freePages = 1024

    private let path: String
    private let access: SQLiteConnection.Access
    private var connection: SQLiteConnection?

    init(path: String, access: SQLiteConnection.Access) {
        self.path = path
        self.access = access
    }

    /// Opens the file, so that what is wrong with it shows now.
    func open() throws { _ = try opened() }

    func close() {
        connection?.close()
        connection = nil
    }

    /// Runs `body` between `begin` and a commit; returns what it returned and what it wants to be told.
    func transaction<Value: Sendable>(
        _ begin: Query, _ body: @Sendable (any Session) throws -> Value
    ) throws -> (value: Value, notices: Set<String>) {
        let connection = try opened()
        let session = SQLiteSession(connection)
        defer { session.end() }
        try connection.run(begin)
        do {
            let value = try body(session)
            if let failure = session.failure { throw failure }
            try connection.run("COMMIT")
            return (value, session.notices)
        } catch {
            // Some failures, such as a full disk, have rolled back already. A connection that cannot roll back must
            // not be used again.
            if connection.isInTransaction {
                do { try connection.run("ROLLBACK") } catch { close() }
            }
            throw error
        }
    }

    /// Cuts some free pages off the file; whether there are more worth it. What is left over is used by later rows.
    func shrink() throws -> Bool {
        let connection = try opened()
        func free() throws -> Int { try connection.rows("PRAGMA freelist_count").first?.get("freelist_count") ?? 0 }
        let before = try free()
        guard before > Self.freePages else { return false }
        try connection.execute(script: "PRAGMA incremental_vacuum(1000)")
        // A file that was made without auto_vacuum does not shrink.
        return try free() < before
    }

    /// Copies the write-ahead log into the file and empties it, unless readers keep it busy.
    func checkpoint() throws {
        let connection = try opened()
        // Writers wait meanwhile, so readers are not waited for long.
        try connection.execute(script: "PRAGMA busy_timeout = 200")
        defer { try? connection.execute(script: "PRAGMA busy_timeout = \(Self.busyTimeout)") }
        try connection.execute(script: "PRAGMA wal_checkpoint(TRUNCATE)")
    }

    private func opened() throws -> SQLiteConnection {
        if let connection { return connection }
        let opened = try SQLiteConnection(path: path, access: access, busyTimeout: Self.busyTimeout, shrinks: true)
        connection = opened
        return opened
    }
}
