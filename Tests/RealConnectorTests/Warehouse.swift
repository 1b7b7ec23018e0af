import Posix
import SQL
import SQLite

/// What arrived in a file of destination-sqlite.
enum Warehouse {
    static func count(_ table: String, in path: String) async throws -> Int {
        try await rows(Query(trusted: "SELECT count(*) AS n FROM \"\(table)\""), in: path).first?.get("n") ?? 0
    }

    static func texts(_ column: String, of table: String, in path: String) async throws -> [String] {
        try await rows(
            Query(trusted: "SELECT CAST(\"\(column)\" AS TEXT) AS c FROM \"\(table)\" ORDER BY 1"), in: path
        ).map { try $0.get("c") }
    }

    private static func rows(_ query: Query, in path: String) async throws -> [Row] {
        try await Thread.value {
            let connection = try SQLiteConnection(path: path, access: .readOnly)
            defer { connection.close() }
            return try connection.rows(query)
        }
    }
}
