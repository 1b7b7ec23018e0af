import Airbyte
import ConnectorKit
import JSON
import Postgres
import SQL

/// A table or view that can be read.
struct SourceTable: Sendable {
    let schema: String
    let name: String
    var columns: [SourceColumn]
    let primaryKey: [String]
    /// Whether it can be read page by page: it is one heap, and the server finds rows by their place.
    let isResumable: Bool

    var quoted: String { TableName(schema: schema, name: name).quoted }

    var stream: AirbyteStream {
        var properties = JSONObject()
        for column in columns { properties[column.name] = column.schema }
        return AirbyteStream(
            name: name, namespace: schema,
            jsonSchema: ["type": "object", "properties": .object(properties)],
            supportedSyncModes: [.fullRefresh, .incremental],
            sourceDefinedPrimaryKey: primaryKey.isEmpty ? nil : primaryKey.map { [$0] }, isResumable: isResumable)
    }

    /// Everything in the schemas that the user may read, partitioned tables as one.
    static func all(in schemas: [String], _ connection: PostgresConnection) throws -> [SourceTable] {
        let rows = try connection.rows(
            """
            SELECT n.nspname::text AS schema, c.relname::text AS table,
                c.relkind IN ('r', 'm') AND NOT c.relhassubclass AS is_heap, a.attname::text AS column,
                pg_catalog.format_type(a.atttypid, -1) AS type, b.typtype::text AS kind,
                pg_catalog.format_type(b.oid, NULL) AS base, a.attnotnull AS not_null,
                coalesce(array_position((i.indkey::int[])[0:i.indnkeyatts - 1], a.attnum::int), -1)::bigint AS key_place
            FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
            JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
            LEFT JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisprimary
            WHERE n.nspname IN \(list: schemas) AND c.relkind IN ('r', 'v', 'm', 'f', 'p') AND NOT c.relispartition
                AND has_schema_privilege(n.oid, 'USAGE') AND has_column_privilege(c.oid, a.attnum, 'SELECT')
            ORDER BY n.nspname, c.relname, a.attnum
            """)
        var tables: [SourceTable] = []
        var keys: [(place: Int, column: String)] = []
        var table: (schema: String, name: String)?
        var columns: [SourceColumn] = []
        var isHeap = false
        let findsPlaces = connection.serverVersion >= 140_000
        func finish() {
            guard let table else { return }
            let key = keys.sorted { $0.place < $1.place }.map(\.column)
            tables.append(
                SourceTable(
                    schema: table.schema, name: table.name, columns: columns, primaryKey: key,
                    isResumable: isHeap && findsPlaces))
            (keys, columns) = ([], [])
        }
        for row in rows {
            let (schema, name): (String, String) = try (row.get("schema"), row.get("table"))
            if table?.schema != schema || table?.name != name {
                finish()
                table = (schema, name)
                isHeap = try row.get("is_heap")
            }
            let column = try SourceColumn(
                name: row.get("column"), type: row.get("type"), base: row.get("base"), kind: row.get("kind"),
                isNotNull: row.get("not_null"))
            columns.append(column)
            let place: Int = try row.get("key_place")
            if place >= 0 { keys.append((place, column.name)) }
        }
        finish()
        return tables
    }
}
