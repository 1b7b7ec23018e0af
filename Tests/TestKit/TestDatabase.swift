import Glibc
import Posix
import Postgres
package import SQL
import SQLite
package import Schema

/// An empty database of either engine for one test, wiped when the last reference to it goes.
package final class TestDatabase: Database {
    package let url: String
    private let database: any Database
    private let server: ThrowawayPostgres?

    /// Makes it and applies `migrations`.
    package static func open(
        _ engine: Dialect.Engine, migrations: [Migration] = []
    ) async throws -> TestDatabase {
        try await TestDatabase(engine, migrated: migrations)
    }

    init(_ engine: Dialect.Engine, migrated migrations: [Migration] = []) async throws {
        switch engine {
        case .postgres:
            let server = try await ThrowawayPostgres.shared()
            let template =
                migrations.isEmpty ? nil : try await MigratedDatabases.shared.name(migrations)
            url = try await server.freshDatabase(like: template)
            self.server = server
            database = PostgresDatabase(try .patient(url))
        case .sqlite:
            var template = Array("/tmp/swiftlet-sqlite-XXXXXX".utf8CString)
            guard mkdtemp(&template) != nil else {
                throw DatabaseError(.unavailable, "No temporary directory can be made.")
            }
            let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            url = "sqlite://\(directory)/test.db"
            server = nil
            if !migrations.isEmpty {
                let file = try await MigratedDatabases.shared.file(migrations)
                try SecureFile.write(file, to: directory + "/test.db")
            }
            database = try await SQLiteDatabase.open(path: directory + "/test.db")
        }
    }

    deinit {
        server?.drop(url: url)
        guard let path = SQLiteDatabase.path(url: url) else { return }
        for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
        rmdir(String(path.dropLast("/test.db".count)))
    }

    package var dialect: Dialect { database.dialect }

    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any Session) throws -> Value
    ) async throws -> Value {
        try await database.read(body)
    }

    package func readOnce<Value: Sendable>(
        _ body: @escaping @Sendable (any Session) throws -> Value
    ) async throws -> Value {
        try await database.readOnce(body)
    }

    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (any Session) throws -> Value
    ) async throws -> Value {
        try await database.write(body)
    }

    package func commit(_ statement: Query) async throws -> [Row] { try await database.commit(statement) }

    package func notices(on channel: String) -> AsyncStream<Void> { database.notices(on: channel) }

    package func reclaim() async throws { try await database.reclaim() }

    package func close() async { await database.close() }
}
