import ConnectorKit
import Postgres
import SQL

extension PostgresWarehouse {
    /// Somebody else may have made the table, or declared more of it.
    func relax(_ table: TableName, _ schema: TableSchema) throws {
        try dropKeys(of: table, except: schema.keyNames)
        try relax(table, taking: schema.allColumns)
    }

    /// `columns` are those that rows come with.
    func relax(_ table: TableName, taking columns: [TableColumn]) throws {
        let rows = try connection.rows(
            """
            SELECT a.attname::text AS name, a.atthasdef AS fills_itself
            FROM pg_catalog.pg_attribute a
            JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = \(table.schema ?? defaultSchema) AND c.relname = \(table.name) AND a.attnum > 0
                AND NOT a.attisdropped AND a.attnotnull AND a.attidentity = ''
                AND NOT EXISTS (
                    SELECT 1 FROM pg_catalog.pg_constraint k
                    WHERE k.conrelid = c.oid AND k.contype = 'p' AND a.attnum = ANY (k.conkey))
            """)
        let ours = Set(columns.map(\.name))
        let filled: Set = [TableSchema.rawID, TableSchema.extractedAt, TableSchema.meta]
        let empty = try rows.filter { row in
            let name: String = try row.get("name")
            return try ours.contains(name) ? !filled.contains(name) : !row.get("fills_itself", as: Bool.self)
        }
        guard !empty.isEmpty else { return }
        let actions = try empty.map { "ALTER COLUMN \(quote(try $0.get("name"))) DROP NOT NULL" }
        try connection.execute(script: "ALTER TABLE \(table.quoted) \(actions.joined(separator: ", "))")
    }
}
