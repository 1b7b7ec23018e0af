import Posix
import SQL
import SQLite
import Schema

/// Databases that have been migrated, to begin others with. Made once for each list of migrations and kept while the process
/// runs: to migrate anew would take many a test longer than what it tests.
actor MigratedDatabases {
    static let shared = MigratedDatabases()

    private var files: [[String]: Task<[UInt8], any Error>] = [:]
    private var names: [[String]: Task<String, any Error>] = [:]

    /// The bytes of a SQLite file.
    func file(_ migrations: [Migration]) async throws -> [UInt8] {
        let key = key(migrations)
        let making =
            files[key]
            ?? Task {
                let database = try await TestDatabase(.sqlite)
                _ = try await Migrator(database, migrations: migrations).migrate()
                // What is closed last empties the write-ahead log.
                await database.close()
                guard let path = SQLiteDatabase.path(url: database.url) else { return [] }
                return try SecureFile.read(path, limit: 64 << 20)
            }
        files[key] = making
        return try await making.value
    }

    /// The name of a Postgres database that nobody is connected to.
    func name(_ migrations: [Migration]) async throws -> String {
        let key = key(migrations)
        let making =
            names[key]
            ?? Task {
                let database = try await TestDatabase(.postgres)
                _ = try await Migrator(database, migrations: migrations).migrate()
                await database.close()
                kept.append(database)
                return database.url.split(separator: "/").last.map(String.init) ?? ""
            }
        names[key] = making
        return try await making.value
    }

    /// What others are made from must not be dropped.
    private var kept: [TestDatabase] = []

    private func key(_ migrations: [Migration]) -> [String] { migrations.map { "\($0.number) \($0.name)" } }
}
