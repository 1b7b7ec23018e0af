import ConnectorKit
import Postgres
import SQL

/// A table that holds rows: itself, or a partition of the table it belongs to.
struct TablePiece: Sendable {
    let id: UInt32
    let table: TableName
    let rowsPerPage: Int
    /// A condition on its rows, as a publication may have.
    let filter: String?

    init(id: UInt32, table: TableName, rows: Double, pages: Int, filter: String? = nil) {
        self.id = id
        self.table = table
        // What the server has not counted yet is guessed.
        rowsPerPage = rows >= 1 && pages > 0 ? max(1, Int(min(rows, 1e15)) / pages) : 100
        self.filter = filter
    }

    /// What a table's rows are in; empty for what has none of its own.
    static func pieces(of table: SourceTable, _ connection: PostgresConnection) throws -> [TablePiece] {
        try connection.rows(
            """
            SELECT l.oid::bigint AS id, n.nspname::text AS schema, l.relname::text AS name, l.reltuples::float8 AS rows,
                l.relpages::bigint AS pages
            FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace
            JOIN pg_catalog.pg_class l ON l.oid = c.oid
                OR c.relkind = 'p' AND l.oid IN (SELECT relid FROM pg_partition_tree(c.oid))
            JOIN pg_catalog.pg_namespace n ON n.oid = l.relnamespace
            WHERE cn.nspname = \(table.schema) AND c.relname = \(table.name) AND l.relkind IN ('r', 'm')
            ORDER BY l.oid
            """
        ).map { row in
            try TablePiece(
                id: UInt32(truncatingIfNeeded: row.get("id", as: Int.self)),
                table: TableName(schema: row.get("schema"), name: row.get("name")), rows: row.get("rows"),
                pages: row.get("pages"))
        }
    }
}
