import Glibc
import SQL
import SQLite
import TestKit
import Testing

@Suite("SQLite: connection", .timeLimit(.minutes(3)))
struct SQLiteConnectionTests {
    @Test func `a new file and its journals can be read by their owner only`() async throws {
        let database = try await TestDatabase.open(.sqlite)
        try await database.write { _ = try $0.run("CREATE TABLE t (n BIGINT)") }
        let path = try #require(SQLiteDatabase.path(url: database.url))
        for suffix in ["", "-wal", "-shm"] {
            var status = stat()
            #expect(stat(path + suffix, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600)
        }
    }

    @Test func `the space of deleted rows goes back to the system, and the log does not stay long`() async throws {
        let database = try await TestDatabase.open(.sqlite)
        let path = try path(database)
        func size(_ suffix: String) -> Int {
            var status = stat()
            return stat(path + suffix, &status) == 0 ? Int(status.st_size) : -1
        }
        try await database.write { session in
            try session.run("CREATE TABLE t (n INTEGER PRIMARY KEY, b BLOB)")
            for n in 0..<40 { try session.run("INSERT INTO t VALUES (\(n), zeroblob(1000000))") }
        }
        try await database.reclaim()
        #expect(size("") > 40_000_000)
        #expect(size("-wal") == 0)
        try await database.write { _ = try $0.run("DELETE FROM t WHERE n > 2") }
        try await database.reclaim()
        #expect(size("") < 10_000_000)
        #expect(size("-wal") == 0)
        #expect(try await database.read { try $0.value("SELECT sum(length(b)) FROM t", as: Int.self) } == 3_000_000)
    }

    @Test func `a statement is bound and run many times`() async throws {
        let database = try await TestDatabase.open(.sqlite)
        let connection = try SQLiteConnection(path: path(database), access: .readWrite)
        try connection.execute(script: "CREATE TABLE t (n BIGINT, s TEXT); BEGIN")
        let insert = try connection.prepare("INSERT INTO t (s, n) VALUES ($2, $1)")
        for n in 0..<1000 {
            try insert.bind(.integer(Int64(n)), at: 1)
            let text = Array("row \(n)".utf8)
            try text.withUnsafeBytes { try insert.bind(utf8: $0, at: 2) }
            try insert.run()
        }
        try connection.execute(script: "COMMIT")
        let row = try connection.rows("SELECT count(*), max(n), min(s) FROM t").first
        #expect(row?.values == [.integer(1000), .integer(999), .text("row 0")])
        #expect(throws: DatabaseError.self) { try connection.rows(Query(trusted: "SELECT $2", [.integer(1)])) }
        #expect(throws: DatabaseError.self) { try connection.rows(Query(trusted: "SELECT ?", [.integer(1)])) }
        connection.close()
        #expect(throws: DatabaseError.self) { try connection.rows("SELECT 1") }
    }

    @Test func `a file that another process holds is a conflict`() async throws {
        let database = try await TestDatabase.open(.sqlite)
        let holder = try SQLiteConnection(path: path(database), access: .readWrite)
        try holder.execute(script: "BEGIN IMMEDIATE")
        let other = try SQLiteConnection(path: path(database), access: .readWrite, busyTimeout: 10)
        let error = #expect(throws: DatabaseError.self) { try other.execute(script: "BEGIN IMMEDIATE") }
        #expect(error?.code == .conflict)
    }

    @Test func `a file that cannot be opened or is no database is refused with its name`() async throws {
        for path in ["/nowhere/at/all.db", "/etc/hostname"] {
            let error = #expect(throws: DatabaseError.self) {
                try SQLiteConnection(path: path, access: .readOnly).rows("SELECT * FROM sqlite_master")
            }
            #expect(error?.code == .refused)
        }
        await #expect(throws: DatabaseError.self) { _ = try await SQLiteDatabase.open(path: "/nowhere/at/all.db") }
    }

    @Test func `only absolute SQLite URLs name a file`() {
        #expect(SQLiteDatabase.path(url: "sqlite:///var/lib/x.db") == "/var/lib/x.db")
        for url in ["sqlite://x.db", "sqlite:///", "postgres:///x", "sqlite:x.db"] {
            #expect(SQLiteDatabase.path(url: url) == nil)
        }
    }

    private func path(_ database: TestDatabase) throws -> String {
        try #require(SQLiteDatabase.path(url: database.url))
    }
}
