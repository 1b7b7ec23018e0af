import SQL
import Schema
import TestKit
import Testing

@Suite("Migrating", .timeLimit(.minutes(3)))
struct MigratorTests {
    private static let first = Migration(1, "first") { dialect in
        """
        -- What holds the things; a comment may hold a semicolon.
        CREATE TABLE thing (
            id \(dialect.identity),
            name TEXT NOT NULL DEFAULT 'a;b'
        );
        CREATE INDEX thing_name ON thing (name);
        """
    }
    private static let second = Migration(2, "second") { _ in
        """
        ALTER TABLE thing ADD COLUMN size BIGINT;
        INSERT INTO thing (name) VALUES ('one');
        """
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `migrations are applied once, in order, and verified`(engine: Dialect.Engine) async throws {
        let database = try await TestDatabase.open(engine)
        let migrator = Migrator(database, migrations: [Self.second, Self.first])
        let behind = await #expect(throws: SchemaError.self) { try await migrator.verify() }
        #expect(behind?.code == .behind)
        #expect(behind?.message.contains("swiftlet-bootloader") == true)
        #expect(try await Migrator(database, migrations: [Self.first]).migrate().map(\.number) == [1])
        await #expect(throws: SchemaError.self) { try await migrator.verify() }
        #expect(try await migrator.migrate().map(\.number) == [2])
        #expect(try await migrator.migrate().isEmpty)
        try await migrator.verify()
        #expect(try await database.read { try $0.value("SELECT count(*) FROM thing", as: Int.self) } == 1)
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `several migrators at once apply each migration once`(engine: Dialect.Engine) async throws {
        let database = try await TestDatabase.open(engine)
        let applied = try await withThrowingTaskGroup(of: [Int].self) { group in
            for _ in 0..<5 {
                group.addTask {
                    try await Migrator(database, migrations: [Self.first, Self.second]).migrate().map(\.number)
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(applied.sorted() == [1, 2])
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a database from a newer version or a changed one is refused`(engine: Dialect.Engine) async throws {
        let database = try await TestDatabase.open(engine, migrations: [Self.first, Self.second])
        let old = Migrator(database, migrations: [Self.first])
        let changed = Migrator(
            database, migrations: [Self.first, Migration(2, "second") { _ in "CREATE TABLE other (id BIGINT);" }])
        for _ in 0..<2 {
            #expect(await #expect(throws: SchemaError.self) { try await old.verify() }?.code == .newer)
            #expect(await #expect(throws: SchemaError.self) { _ = try await old.migrate() }?.code == .newer)
            #expect(await #expect(throws: SchemaError.self) { try await changed.verify() }?.code == .changed)
            #expect(await #expect(throws: SchemaError.self) { _ = try await changed.migrate() }?.code == .changed)
        }
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `a migration that fails half-way leaves nothing behind and is named`(engine: Dialect.Engine) async throws {
        let database = try await TestDatabase.open(engine)
        let broken = Migration(2, "broken") { _ in "CREATE TABLE half (id BIGINT);\nINSERT INTO absent VALUES (1);" }
        let error = await #expect(throws: DatabaseError.self) {
            _ = try await Migrator(database, migrations: [Self.first, broken]).migrate()
        }
        #expect(error?.message.contains("2 (broken)") == true)
        await #expect(throws: DatabaseError.self) { try await database.read { try $0.rows("SELECT * FROM half") } }
        #expect(try await Migrator(database, migrations: [Self.first, Self.second]).migrate().map(\.number) == [2])
    }

    @Test(arguments: Dialect.Engine.allCases)
    func `the real schema applies to an empty database`(engine: Dialect.Engine) async throws {
        let database = try await TestDatabase.open(engine, migrations: Migration.all)
        try await Migrator(database).verify()
    }
}
