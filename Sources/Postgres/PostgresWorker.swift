import SQL

/// A connection that is opened when it is first needed and replaced when it broke; every call blocks.
///
/// Unchecked: the pool lends it to one caller at a time, who uses it on one thread.
final class PostgresWorker: @unchecked Sendable {
    /// How one attempt at a transaction ended, for a caller that may try again.
    enum Outcome<Value: Sendable>: Sendable {
        case done(Value)
        /// There is no connection. Nothing has happened.
        case unconnected(DatabaseError)
        /// The connection had broken while it was idle. Nothing has happened.
        case stale(DatabaseError)
        /// The connection broke on the way. The server has rolled back.
        case broken(DatabaseError)
        /// The transaction lost against another one and was rolled back.
        case conflict(DatabaseError)
    }

    /// `once`: each question is a transaction of its own. `statement`: a single one, which commits itself.
    enum Kind: Sendable { case read, once, write, statement }

    /// One snapshot for all that a reader sees, as on SQLite.
    private static let beginRead = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    private static let beginWrite = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"

    private let settings: PostgresSettings
    private var connection: PostgresConnection?

    init(_ settings: PostgresSettings) { self.settings = settings }

    func close() {
        connection?.close()
        connection = nil
    }

    /// Tries a transaction once. What `body` throws of its own is thrown on, after a rollback.
    func attempt<Value: Sendable>(
        _ kind: Kind, _ body: @Sendable (any Session) throws -> Value
    ) throws -> Outcome<Value> {
        let isFresh = connection == nil
        let connection: PostgresConnection
        do {
            connection = try opened()
            try connection.settle()
            switch kind {
            case .read: connection.begin(Self.beginRead)
            case .once: break
            case .write: _ = try connection.simple(Self.beginWrite)
            case .statement: break
            }
        } catch let error as DatabaseError {
            close()
            return isFresh ? .unconnected(Self.refusal(error)) : .stale(error)
        }
        let session = PostgresSession(connection, beginningEach: kind == .once ? Self.beginRead : nil)
        defer { session.end() }
        let value: Value
        do {
            value = try body(session)
            if let failure = session.failure { throw failure }
        } catch {
            rollBack(connection)
            guard let failure = session.failure else { throw error }
            if failure.code == .unavailable {
                if kind == .statement { throw Self.unknown(failure) }
                // The transaction was to begin with it, so the connection had broken while it was idle.
                if kind == .read || kind == .once, !session.hasAnswer, !isFresh { return .stale(failure) }
                return .broken(failure)
            }
            if failure.code == .conflict { return .conflict(failure) }
            throw error
        }
        return try commit(value, kind, on: connection)
    }

    /// A standby refuses transactions that write; it may be promoted soon, or its address moved to the primary.
    private static func refusal(_ error: DatabaseError) -> DatabaseError {
        guard error.native == "0A000" else { return error }
        return DatabaseError(
            .unavailable, "The database server is a standby and takes no changes; connect to the primary.",
            native: error.native)
    }

    private func commit<Value>(
        _ value: Value, _ kind: Kind, on connection: PostgresConnection
    ) throws -> Outcome<Value> {
        if kind == .statement || kind == .once { return .done(value) }
        if kind == .read {
            connection.endRead()
            return .done(value)
        }
        do {
            let result = try connection.simple("COMMIT")
            guard result.command == "COMMIT" else {
                throw DatabaseError(.other, "The server rolled the transaction back instead of committing it.")
            }
            return .done(value)
        } catch let error as DatabaseError {
            rollBack(connection)
            if error.code == .conflict { return .conflict(error) }
            guard error.code == .unavailable else { throw error }
            // The server may have committed before its answer was lost, so running it again could do it twice.
            throw Self.unknown(error)
        }
    }

    private static func unknown(_ error: DatabaseError) -> DatabaseError {
        DatabaseError(
            .unavailable,
            "The connection broke during a commit, so it is unknown whether the change was made. \(error.message)",
            native: error.native)
    }

    /// A connection that does not come back to rest is replaced.
    private func rollBack(_ connection: PostgresConnection) {
        if !connection.isBroken, connection.isInTransaction { _ = try? connection.simple("ROLLBACK") }
        if connection.isBroken || connection.isInTransaction { close() }
    }

    private func opened() throws -> PostgresConnection {
        if let connection, !connection.isBroken { return connection }
        close()
        let opened = try PostgresConnection(settings)
        connection = opened
        return opened
    }
}
