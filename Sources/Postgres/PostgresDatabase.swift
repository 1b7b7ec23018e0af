import Posix
package import SQL

/// A store in a Postgres database: a pool of connections, and one more that listens on a thread of its own.
///
/// A connection that broke is replaced and its transaction run again, unless it broke during the commit: then the
/// caller gets `.unavailable` and has to find out. A server that is away is waited for up to a limit.
package final class PostgresDatabase: Database {
    package let dialect = Dialect.postgres
    private let pool: Pool<PostgresWorker>
    private let patience: Duration
    private let board = NoticeBoard()
    private let listener: PostgresListener

    /// Nothing is opened yet. `patience` is how long a transaction waits for a server that cannot be reached; one
    /// that refuses us is not waited for.
    package init(_ settings: PostgresSettings, connections: Int = 8, patience: Duration = .seconds(30)) {
        var settings = settings
        settings.preparedStatements = settings.preparedStatements ?? 256
        let shared = settings
        pool = Pool(limit: connections) { PostgresWorker(shared) }
        self.patience = patience
        listener = PostgresListener(settings, board)
    }

    deinit { listener.stop() }

    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any Session) throws -> Value
    ) async throws -> Value {
        try await transaction(.read, body)
    }

    package func readOnce<Value: Sendable>(
        _ body: @escaping @Sendable (any Session) throws -> Value
    ) async throws -> Value {
        try await transaction(.once, body)
    }

    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (any Session) throws -> Value
    ) async throws -> Value {
        try await transaction(.write, body)
    }

    /// Saves the round trips of a `BEGIN` and a `COMMIT`.
    package func commit(_ statement: Query) async throws -> [Row] {
        try await transaction(.statement) { try $0.rows(statement) }
    }

    package func notices(on channel: String) -> AsyncStream<Void> {
        board.stream(on: channel) { [listener] in listener.channelsChanged() }
    }

    package func close() async {
        board.finish()
        listener.stop()
        let workers = await pool.close()
        _ = try? await blocking { for worker in workers { worker.close() } }
    }

    private func transaction<Value: Sendable>(
        _ kind: PostgresWorker.Kind, _ body: @escaping @Sendable (any Session) throws -> Value
    ) async throws -> Value {
        let deadline = ContinuousClock.now + patience
        var connecting = Backoff(from: .milliseconds(50), to: .seconds(2))
        var losing = Backoff(from: .milliseconds(5), to: .milliseconds(200))
        var conflicts = 0
        var breaks = 0
        while true {
            // The connection is given back between two tries, so that waiting holds up nobody else.
            switch try await pool.lend({ worker in try await blocking { try worker.attempt(kind, body) } }) {
            case .done(let value): return value
            case .stale: continue
            case .unconnected(let error):
                let pause = connecting.pause()
                guard error.code == .unavailable, ContinuousClock.now + pause < deadline else { throw error }
                try await Task.sleep(for: pause)
            case .broken(let error):
                breaks += 1
                guard breaks < 2 else { throw error }
            case .conflict(let error):
                conflicts += 1
                guard conflicts < 6 else { throw error }
                try await Task.sleep(for: losing.pause())
            }
        }
    }
}
