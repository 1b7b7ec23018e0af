import Posix
import SQL

/// A connection on a thread of its own, opened when it is first needed.
actor SQLiteWorker {
    private let executor = ThreadExecutor()
    private let path: String
    private let access: SQLiteConnection.Access
    private var connection: SQLiteConnection?

    init(path: String, access: SQLiteConnection.Access) {
        self.path = path
        self.access = access
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

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

    private func opened() throws -> SQLiteConnection {
        if let connection { return connection }
        let opened = try SQLiteConnection(path: path, access: access)
        connection = opened
        return opened
    }
}
