import Posix
import SQL
import Schema
import TestKit
import Testing

/// `docs/schema.sql` is what all migrations together make of an empty database, for reading.
@Suite("The current schema", .timeLimit(.minutes(3)))
struct CurrentSchemaTests {
    @Test func `docs/schema.sql is what the migrations make`() async throws {
        let database = try await TestDatabase.open(.sqlite, migrations: Migration.all)
        let statements = try await database.read { session throws in
            try session.rows(
                """
                SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
                ORDER BY tbl_name, type DESC, name
                """
            ).map { try $0.get("sql", as: String.self) }
        }
        let header = """
            -- The schema that all migrations together make, here of SQLite; Postgres has BYTEA for BLOB and identity columns
            -- for AUTOINCREMENT. Made from the migrations: SWIFTLET_WRITE_SCHEMA=1 scripts/test.sh --filter CurrentSchemaTests

            """
        let schema = header + statements.map { $0 + ";\n" }.joined(separator: "\n")
        let path = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/docs/schema.sql"
        if Environment.current["SWIFTLET_WRITE_SCHEMA"] != nil {
            try Directory.remove(path)
            try SecureFile.write(Array(schema.utf8), to: path, mode: 0o644)
        }
        let kept = String(decoding: try SecureFile.read(path, limit: 1 << 20), as: UTF8.self)
        #expect(kept == schema, "write docs/schema.sql anew, as its first lines say")
    }
}
