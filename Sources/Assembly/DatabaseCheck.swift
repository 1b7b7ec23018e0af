import SQL

extension Platform {
    /// Throws a sentence where the database cannot be reached, is too old, or does not let us make tables.
    package func checkDatabase() async throws {
        guard database.dialect.engine == .postgres else { return }
        let (version, mayCreate) = try await database.read { session in
            (
                try session.value("SELECT CAST(current_setting('server_version_num') AS INTEGER)", as: Int.self) ?? 0,
                try session.value("SELECT has_schema_privilege(current_schema(), 'CREATE')", as: Bool.self) ?? false
            )
        }
        guard version >= 120_000 else {
            throw SettingsError("PostgreSQL 12 or newer is needed; this one is \(version / 10_000).")
        }
        guard mayCreate else {
            throw SettingsError(
                "The database user may not create tables in the current schema; grant it CREATE, or make it the owner.")
        }
    }
}
