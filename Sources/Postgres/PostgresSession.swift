import SQL

/// The transaction that a closure of `PostgresDatabase` works in.
final class PostgresSession: Session {
    let dialect = Dialect.postgres
    private let connection: PostgresConnection
    /// Begins a transaction for each question, which ends with it; nil: all are in one.
    private let beginningEach: String?
    /// The first failure. The server refuses everything behind it, so this is the one worth telling.
    private(set) var failure: DatabaseError?
    /// Whether the server has answered a statement.
    private(set) var hasAnswer = false
    private var ended = false

    init(_ connection: PostgresConnection, beginningEach: String? = nil) {
        self.connection = connection
        self.beginningEach = beginningEach
    }

    func rows(_ query: Query) throws -> [Row] { try attempt { try connection.rows(query) } }

    func rows(_ queries: [Query]) throws -> [[Row]] { try attempt { try connection.rows(queries) } }

    func run(_ query: Query) throws -> Int { try attempt { try connection.run(query) } }

    func notify(_ channel: String) throws {
        _ = try attempt { try connection.rows("SELECT pg_notify(\(channel), '')") }
    }

    func end() { ended = true }

    private func attempt<Value>(_ body: () throws -> Value) throws -> Value {
        if ended { throw DatabaseError(.other, "A session was used after its transaction had ended.") }
        if let failure {
            throw DatabaseError(
                failure.code, "The transaction failed before this statement: \(failure.message)",
                native: failure.native, constraint: failure.constraint)
        }
        if let beginningEach { connection.begin(beginningEach, endingToo: true) }
        do {
            let value = try body()
            hasAnswer = true
            return value
        } catch let error as DatabaseError {
            failure = error
            throw error
        }
    }
}
