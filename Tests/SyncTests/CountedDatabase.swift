import SQL
import Synchronization

/// Counts the transactions that were written through it and have ended.
final class CountedDatabase: Database {
    private let database: any Database
    private let count = Mutex(0)

    init(_ database: any Database) { self.database = database }

    var writes: Int { count.withLock { $0 } }

    var dialect: Dialect { database.dialect }

    func read<Value: Sendable>(_ body: @escaping @Sendable (any Session) throws -> Value) async throws -> Value {
        try await database.read(body)
    }

    func write<Value: Sendable>(_ body: @escaping @Sendable (any Session) throws -> Value) async throws -> Value {
        let value = try await database.write(body)
        count.withLock { $0 += 1 }
        return value
    }

    func notices(on channel: String) -> AsyncStream<Void> { database.notices(on: channel) }

    func close() async { await database.close() }
}
