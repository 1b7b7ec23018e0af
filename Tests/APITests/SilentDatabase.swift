import SQL

/// A database that takes every question and never answers, as one behind a broken network does.
struct SilentDatabase: Database {
    let dialect = Dialect.sqlite

    func read<Value: Sendable>(_ body: @escaping @Sendable (any Session) throws -> Value) async throws -> Value {
        try await Task.sleep(for: .seconds(3600))
        throw CancellationError()
    }

    func write<Value: Sendable>(_ body: @escaping @Sendable (any Session) throws -> Value) async throws -> Value {
        try await read(body)
    }

    func notices(on channel: String) -> AsyncStream<Void> { AsyncStream { $0.finish() } }

    func close() async {}
}
