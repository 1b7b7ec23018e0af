package import Posix
package import Postgres
package import SQL
import SQLite

/// Where the data is kept: `DATABASE_URL`, or a file in the data directory.
package enum StoreLocation: Sendable {
    case sqlite(path: String)
    case postgres(PostgresSettings)

    /// `DATABASE_USER` and `DATABASE_PASSWORD` go with Airbyte's form, `jdbc:postgresql://…`, and stand in for what any
    /// other leaves out. `DATABASE_PASSWORD_FILE` names a file that holds the password.
    package init(environment: [String: String], dataDirectory: String) throws {
        guard let url = environment["DATABASE_URL"], !url.isEmpty else {
            self = .sqlite(path: dataDirectory + "/swiftlet.db")
            return
        }
        if url.hasPrefix("sqlite:") {
            guard let path = SQLiteDatabase.path(url: url) else {
                throw SettingsError("DATABASE_URL must look like sqlite:///absolute/path.db or postgres://….")
            }
            self = .sqlite(path: path)
            return
        }
        let named = environment["DATABASE_PASSWORD"].flatMap { $0.isEmpty ? nil : $0 }
        let password = try named ?? SecretFile.read("DATABASE_PASSWORD_FILE", atLeast: 1, Environment(environment))
        self = .postgres(try PostgresSettings(url: url, user: environment["DATABASE_USER"], password: password))
    }

    /// The four separate programs share their database with others, which SQLite cannot serve.
    package func requirePostgres(program: String) throws {
        if case .sqlite = self {
            throw SettingsError(
                "\(program) needs Postgres: set DATABASE_URL=postgres://user:password@host:5432/database. "
                    + "For SQLite run everything in one process with: swiftlet up")
        }
    }

    /// Holds an SQLite file for this process, wherever it is: a second one would not see what the first announces.
    /// Nil for Postgres.
    package func lock() throws -> FileLock? {
        guard case .sqlite(let path) = self else { return nil }
        let lock: FileLock?
        do { lock = try FileLock.take(path + ".lock") } catch {
            throw SettingsError("The database file \(path) cannot be made: \(error) See DATABASE_URL.")
        }
        guard let lock else {
            throw SettingsError(
                "Another swiftlet is running on \(path). Stop it, or name another database with DATABASE_URL.")
        }
        return lock
    }

    package func open(connections: Int) async throws -> any Database {
        switch self {
        case .sqlite(let path): return try await SQLiteDatabase.open(path: path)
        case .postgres(let settings): return PostgresDatabase(settings, connections: connections)
        }
    }
}
