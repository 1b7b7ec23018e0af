import Postgres
import SQL
import SQLite
import Schema

/// The database that is measured, and the path of its own that renewals of leases take, as in the programs.
struct BenchStore {
    let database: any Database
    let leases: any Database

    static func open(_ request: BenchRequest) async throws -> BenchStore {
        if let path = SQLiteDatabase.path(url: request.url) {
            let database = try await SQLiteDatabase.open(path: path)
            return BenchStore(database: database, leases: database)
        }
        let settings = try PostgresSettings(url: request.url)
        return BenchStore(
            database: PostgresDatabase(settings, connections: request.count("connections", 8)),
            leases: PostgresDatabase(settings, connections: 1, patience: .seconds(5)))
    }

    func migrate() async throws { _ = try await Migrator(database).migrate() }

    func close() async {
        await leases.close()
        await database.close()
    }
}
