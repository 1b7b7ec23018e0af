import SQL
import Synchronization

/// A worker's way to its database, which a test can cut: from then on the worker is as good as dead to the others.
final class SeverableDatabase: Database {
    private let database: any Database
    private let cut = Mutex(false)

    init(_ database: any Database) { self.database = database }

    var dialect: Dialect { database.dialect }

    func sever() { cut.withLock { $0 = true } }

    func read<Value: Sendable>(_ body: @escaping @Sendable (any Session) throws -> Value) async throws -> Value {
        try check()
        return try await database.read(body)
    }

    func write<Value: Sendable>(_ body: @escaping @Sendable (any Session) throws -> Value) async throws -> Value {
        try check()
        return try await database.write { session in
            try self.check()
            return try body(session)
        }
    }

    func notices(on channel: String) -> AsyncStream<Void> { database.notices(on: channel) }

    func close() async {}

    private func check() throws {
        if cut.withLock({ $0 }) { throw DatabaseError(.unavailable, "The line is cut.") }
    }
}
