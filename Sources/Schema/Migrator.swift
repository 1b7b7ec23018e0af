import Crypto
package import SQL

/// Brings a database to this version's schema, or checks that it is there.
///
/// Each migration is one transaction together with its row in `schema_migration`, so a migrator that is killed has
/// done some migrations entirely and the others not at all. Two at once are safe: the second finds the work done.
package struct Migrator: Sendable {
    /// Holds all migrators of one Postgres database apart; any number that nothing else locks.
    private static let lock: Int64 = 0x5357_4946_544C_4554

    private let database: any Database
    private let migrations: [Migration]

    package init(_ database: any Database, migrations: [Migration] = Migration.all) {
        self.database = database
        self.migrations = migrations.sorted { $0.number < $1.number }
    }

    /// Applies what is missing, in order, and returns it.
    package func migrate() async throws -> [Migration] {
        try await database.write { session in
            try begin(session)
            try session.run(
                """
                CREATE TABLE IF NOT EXISTS schema_migration (
                    number BIGINT PRIMARY KEY,
                    name TEXT NOT NULL,
                    checksum TEXT NOT NULL,
                    applied_at BIGINT NOT NULL
                )
                """)
        }
        var applied: [Migration] = []
        for migration in migrations where try await apply(migration) { applied.append(migration) }
        // The loop above sees what is newer only where there is something to apply.
        try await verify()
        return applied
    }

    /// Throws unless the database has exactly this version's migrations; changes nothing.
    package func verify() async throws {
        let missing = try await database.read { session in
            try pending(session).first
        }
        if let missing {
            throw SchemaError(
                .behind,
                """
                The database lacks migration \(missing.number) (\(missing.name)); run swiftlet-bootloader, or start \
                everything with swiftlet up, which migrates by itself.
                """)
        }
    }

    /// Whether the migration was missing and has been applied.
    private func apply(_ migration: Migration) async throws -> Bool {
        try await database.write { session in
            try begin(session)
            guard try pending(session).contains(where: { $0.number == migration.number }) else { return false }
            for statement in migration.statements(for: session.dialect) {
                do {
                    try session.run(Query(trusted: statement))
                } catch let error as DatabaseError {
                    throw DatabaseError(
                        error.code, "Migration \(migration.number) (\(migration.name)) failed. \(error.message)",
                        native: error.native, constraint: error.constraint)
                }
            }
            try session.run(
                """
                INSERT INTO schema_migration (number, name, checksum, applied_at)
                VALUES (\(migration.number), \(migration.name), \(migration.checksum(for: session.dialect)), \
                \(session.dialect.now))
                """)
            return true
        }
    }

    /// Waits for other migrators and lets this transaction take its time.
    private func begin(_ session: any Session) throws {
        guard session.dialect.engine == .postgres else { return }
        try session.run("SET LOCAL lock_timeout = 0")
        try session.run("SET LOCAL statement_timeout = 0")
        _ = try session.rows("SELECT pg_advisory_xact_lock(\(Self.lock))")
    }

    /// The migrations that the database lacks; throws where it holds what this version does not know.
    private func pending(_ session: any Session) throws -> [Migration] {
        guard try hasTable(session) else { return migrations }
        var known = Dictionary(migrations.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
        for row in try session.rows("SELECT number, name, checksum FROM schema_migration ORDER BY number") {
            let number = try row.get("number", as: Int.self)
            let name = try row.get("name", as: String.self)
            guard let migration = known.removeValue(forKey: number) else {
                throw SchemaError(
                    .newer,
                    """
                    The database has migration \(number) (\(name)), which this version does not know: a newer \
                    version was here. Upgrade the programs.
                    """)
            }
            guard try row.get("checksum", as: String.self) == migration.checksum(for: session.dialect) else {
                throw SchemaError(
                    .changed,
                    """
                    Migration \(number) (\(name)) was applied in another wording than this version's. Run the \
                    version that made this database, or restore a backup; a released migration must not change.
                    """)
            }
        }
        return migrations.filter { known[$0.number] != nil }
    }

    private func hasTable(_ session: any Session) throws -> Bool {
        switch session.dialect.engine {
        case .postgres:
            try session.value("SELECT to_regclass('schema_migration') IS NOT NULL") ?? false
        case .sqlite:
            try session.row("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_migration'") != nil
        }
    }
}
