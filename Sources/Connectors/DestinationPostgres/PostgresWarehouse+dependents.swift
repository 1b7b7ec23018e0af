import ConnectorKit
import Postgres
import SQL

/// A view that stands on a table's columns and stops them from changing their type.
struct DependentView: Hashable {
    let name: TableName
    let isMaterialized: Bool

    /// Those that read one of the columns.
    static func all(
        on table: TableName, _ columns: [TableColumn], _ connection: PostgresConnection
    ) throws -> [DependentView] {
        let rows = try connection.rows(
            """
            SELECT DISTINCT n.nspname::text AS schema, c.relname::text AS name, c.relkind = 'm' AS materialized,
                a.attname::text AS column
            FROM pg_catalog.pg_depend d
            JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_class t ON t.oid = d.refobjid JOIN pg_catalog.pg_namespace m ON m.oid = t.relnamespace
            JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
            WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
                AND c.oid <> t.oid AND m.nspname = \(table.schema ?? "") AND t.relname = \(table.name)
            ORDER BY 1, 2
            """)
        let wanted = Set(columns.map(\.name))
        var views: [DependentView] = []
        for row in rows where try wanted.contains(row.get("column", as: String.self)) {
            let view = DependentView(
                name: TableName(schema: try row.get("schema"), name: try row.get("name")),
                isMaterialized: try row.get("materialized"))
            if !views.contains(view) { views.append(view) }
        }
        return views
    }

    /// Views on this one go as well.
    var dropping: String {
        "DROP \(isMaterialized ? "MATERIALIZED VIEW" : "VIEW") IF EXISTS \(name.quoted) CASCADE"
    }
}

extension ConnectorError {
    /// Why a column cannot be widened.
    init(_ views: [DependentView], on table: TableName) {
        let names = views.prefix(5).map(\.name.quoted).joined(separator: ", ")
        self.init(
            .config,
            """
            A column of \(table.quoted) needs a wider type, which the view \(names) on it forbids; drop the view and make \
            it again after the sync, or set "drop_cascade".
            """)
    }
}
