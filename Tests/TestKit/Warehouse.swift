package import JSON
import Posix
import Postgres
package import SQL
import SQLite

/// A place that one of our native destinations writes to, and what is in it.
package enum Warehouse: Sendable {
    /// A file of destination-sqlite.
    case sqlite(String)
    /// A database of destination-postgres, which writes to its schema `public`.
    case postgres(String, configuration: JSON)

    package static func postgres(on server: ThrowawayPostgres) async throws -> Warehouse {
        let url = try await server.freshDatabase()
        return .postgres(url, configuration: server.connectorConfiguration(url))
    }

    /// The id of a new destination for it.
    package func destination(_ api: APIClient) async throws -> JSON {
        switch self {
        case .sqlite(let file):
            try await api.destination("swiftlet/destination-sqlite", ["destination_path": .string(file)])
        case .postgres(_, let configuration):
            try await api.destination("swiftlet/destination-postgres", configuration)
        }
    }

    package func rows(_ query: String) async throws -> [Row] {
        try await Thread.value {
            switch self {
            case .sqlite(let file):
                let connection = try SQLiteConnection(path: file, access: .readOnly)
                defer { connection.close() }
                return try connection.rows(Query(trusted: query))
            case .postgres(let url, _):
                let connection = try PostgresConnection(.patient(url))
                defer { connection.close() }
                return try connection.rows(Query(trusted: query))
            }
        }
    }

    /// The columns of a table with their types, without those that destinations add to every table.
    package func columns(of table: String) async throws -> [String: String] {
        let query =
            switch self {
            case .sqlite: "SELECT name, type FROM pragma_table_info('\(table)')"
            case .postgres:
                "SELECT column_name AS name, data_type AS type FROM information_schema.columns "
                    + "WHERE table_name = '\(table)'"
            }
        var columns: [String: String] = [:]
        for row in try await rows(query) { columns[try row.get("name")] = try row.get("type") }
        return columns.filter { !$0.key.hasPrefix("_airbyte_") }
    }
}
