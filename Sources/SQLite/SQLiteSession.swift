import SQL

/// The transaction that a closure of `SQLiteDatabase` works in.
final class SQLiteSession: Session {
    let dialect = Dialect.sqlite
    private let connection: SQLiteConnection
    /// What is to be told once the transaction has committed.
    private(set) var notices: Set<String> = []
    /// The first failure. It spoils the transaction, as it does on Postgres.
    private(set) var failure: DatabaseError?
    private var ended = false

    init(_ connection: SQLiteConnection) { self.connection = connection }

    func rows(_ query: Query) throws -> [Row] { try attempt { try connection.rows(query) } }

    func run(_ query: Query) throws -> Int { try attempt { try connection.run(query) } }

    func notify(_ channel: String) throws { try attempt { _ = notices.insert(channel) } }

    func end() { ended = true }

    private func attempt<Value>(_ body: () throws -> Value) throws -> Value {
        if ended { throw DatabaseError(.other, "A session was used after its transaction had ended.") }
        if let failure {
            throw DatabaseError(
                failure.code, "The transaction failed before this statement: \(failure.message)",
                native: failure.native, constraint: failure.constraint)
        }
        do {
            return try body()
        } catch let error as DatabaseError {
            failure = error
            throw error
        }
    }
}
