import ConnectorKit
import Postgres
import SQL

/// An index over whole columns of a table.
struct PostgresIndex {
    let name: TableName
    /// In the order of the index.
    let columns: [String]
    /// Whether rows can be inserted "on conflict" with it.
    let isUnique: Bool
    /// Whether a destination made it, which may then drop it.
    let isOurs: Bool

    /// What the server keeps as the comment of an index that is ours: names change with the tables'.
    static let comment = "Keeps each primary key in one row. Made and dropped by destination-postgres."

    static func all(on table: TableName, _ connection: PostgresConnection) throws -> [PostgresIndex] {
        let rows = try connection.rows(
            """
            SELECT x.relname::text AS name, i.indisunique AND i.indimmediate AS is_unique, a.attname::text AS column,
                coalesce(pg_catalog.obj_description(x.oid, 'pg_class') = \(comment), false) AS is_ours
            FROM pg_catalog.pg_index i
            JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
            CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (number, place)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
            WHERE i.indrelid = \(table.quoted)::regclass AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
                AND k.place <= i.indnkeyatts
            ORDER BY i.indexrelid, k.place
            """)
        var indexes: [PostgresIndex] = []
        for row in rows {
            let name = TableName(schema: table.schema, name: try row.get("name"))
            let others = indexes.last.flatMap { $0.name == name ? indexes.removeLast().columns : nil } ?? []
            indexes.append(
                PostgresIndex(
                    name: name, columns: others + [try row.get("column")], isUnique: try row.get("is_unique"),
                    isOurs: try row.get("is_ours")))
        }
        return indexes
    }
}
