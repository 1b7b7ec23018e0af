import Posix
import Postgres
import SQL
import SQLite

/// What a destination holds of a stream of numbers.
package struct NumberTable: Hashable, Sendable {
    package let rows: Int
    package let different: Int
    package let least: Int
    package let greatest: Int

    /// Each number from 1 to `count`, once.
    package static func complete(_ count: Int) -> NumberTable {
        NumberTable(rows: count, different: count, least: 1, greatest: count)
    }

    /// Whether each number from 1 to `count` is there, some perhaps more than once.
    package func holdsAll(_ count: Int) -> Bool { different == count && least == 1 && greatest == count }

    /// The table in a file of destination-sqlite.
    package static func sqlite(_ path: String, of stream: String = "numbers") async throws -> NumberTable {
        try await Thread.value {
            let connection = try SQLiteConnection(path: path, access: .readOnly)
            defer { connection.close() }
            return try NumberTable(connection.rows(query(stream)))
        }
    }

    /// The table in the schema `public` of a database that destination-postgres wrote to.
    package static func postgres(_ url: String) async throws -> NumberTable {
        try await Thread.value {
            let connection = try PostgresConnection(.patient(url))
            defer { connection.close() }
            return try NumberTable(connection.rows(query("numbers")))
        }
    }

    private static func query(_ table: String) -> Query {
        Query(
            trusted: """
                SELECT count(*) AS n, count(DISTINCT id) AS d, coalesce(min(id), 0) AS a, coalesce(max(id), 0) AS z
                FROM \(table)
                """)
    }

    private init(rows: Int, different: Int, least: Int, greatest: Int) {
        self.rows = rows
        self.different = different
        self.least = least
        self.greatest = greatest
    }

    private init(_ result: [Row]) throws {
        guard let row = result.first else { throw DatabaseError(.decoding, "A count has one row.") }
        self.init(
            rows: try row.get("n"), different: try row.get("d"), least: try row.get("a"), greatest: try row.get("z"))
    }
}
