/// A store that answers SQL: Postgres or SQLite.
///
/// A transaction is one synchronous closure that runs on the connection's own thread, so nothing can suspend in the
/// middle of it and no blocking call touches the cooperative pool. A closure may be run again when the transaction
/// lost against another one (`DatabaseError.Code.conflict`) or its connection broke before the commit, so it must
/// change nothing but the database. A task that is cancelled begins no transaction, but ends one that has begun.
package protocol Database: Sendable {
    var dialect: Dialect { get }

    /// Runs `body` in a transaction that only reads.
    func read<Value: Sendable>(_ body: @escaping @Sendable (any Session) throws -> Value) async throws -> Value

    /// As `read`, for a body that asks once, which spares a server the end of a transaction: what it asks after that is
    /// answered as of later.
    func readOnce<Value: Sendable>(_ body: @escaping @Sendable (any Session) throws -> Value) async throws -> Value

    /// Runs `body` in a transaction; what it throws rolls everything back.
    func write<Value: Sendable>(_ body: @escaping @Sendable (any Session) throws -> Value) async throws -> Value

    /// Runs one statement that is a transaction of its own, and returns its rows. It must bear being run again: where
    /// the database becomes unavailable it is unknown whether it was.
    func commit(_ statement: Query) async throws -> [Row]

    /// Yields once when listening has begun, and then whenever a committed transaction notified `channel`. A hint
    /// only: notices can be lost, merged or made up (after a reconnect), so a listener polls as well.
    func notices(on channel: String) -> AsyncStream<Void>

    /// Gives the space of deleted rows back to the system, a little at a time; for the quiet hours. Does nothing where
    /// the server sees to that itself.
    func reclaim() async throws

    /// Closes every connection; what is under way ends first.
    func close() async
}

extension Database {
    package func readOnce<Value: Sendable>(
        _ body: @escaping @Sendable (any Session) throws -> Value
    ) async throws -> Value {
        try await read(body)
    }

    /// In a transaction like any other.
    package func commit(_ statement: Query) async throws -> [Row] { try await write { try $0.rows(statement) } }

    package func reclaim() async throws {}
}

/// An open transaction, good only inside the closure it was handed to.
///
/// A statement that fails spoils the whole transaction, on both engines: what follows is refused and nothing is
/// committed, even when the closure catches the error. Use `ON CONFLICT` where a failure is expected.
package protocol Session {
    var dialect: Dialect { get }

    /// Runs a query and returns all of its rows.
    func rows(_ query: Query) throws -> [Row]

    /// Runs queries that need nothing of one another, which costs one round trip to a server.
    func rows(_ queries: [Query]) throws -> [[Row]]

    /// Runs a statement and returns how many rows it changed.
    @discardableResult
    func run(_ query: Query) throws -> Int

    /// Wakes the listeners of `channel` once this transaction has committed.
    func notify(_ channel: String) throws
}

extension Session {
    package func rows(_ queries: [Query]) throws -> [[Row]] { try queries.map { try rows($0) } }

    /// The first row, or nil where there is none.
    package func row(_ query: Query) throws -> Row? { try rows(query).first }

    /// The first column of the first row, or nil where there is no row or it holds NULL.
    package func value<Value: SQLReadable>(_ query: Query, as type: Value.Type = Value.self) throws -> Value? {
        guard let stored = try rows(query).first?.values.first, stored != .null else { return nil }
        guard let value = Value(sqlValue: stored) else {
            throw DatabaseError(.decoding, "The query did not answer a \(Value.self).")
        }
        return value
    }

    /// The time on the database's clock.
    package func now() throws -> Int64 {
        try value("SELECT \(dialect.now)") ?? 0
    }
}
