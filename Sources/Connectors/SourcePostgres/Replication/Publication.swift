import Airbyte
import ConnectorKit
import JSON
import Postgres
import SQL

/// What a publication lets us see.
struct Publication {
    /// A table whose rows are all published.
    struct Table {
        let id: UInt32
        var pieces: [TablePiece]
        /// The published columns and the types that they have now.
        var types: [String: UInt32]
    }

    private(set) var tables: [TableName: Table] = [:]

    /// Finds the published tables; partitioned ones are one, and count when all of their partitions do.
    init(_ name: String, in schemas: [String], _ connection: PostgresConnection) throws {
        let isFiltering = connection.serverVersion >= 150_000
        let filter: Fragment = isFiltering ? "p.rowfilter" : "NULL::text"
        let rows = try connection.rows(
            """
            WITH published AS (
                SELECT c.oid, \(filter) AS rowfilter
                FROM pg_catalog.pg_publication_tables p
                JOIN pg_catalog.pg_namespace n ON n.nspname = p.schemaname
                JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = p.tablename
                WHERE p.pubname = \(name))
            SELECT n.nspname::text AS schema, r.relname::text AS table, r.oid::bigint AS id,
                ln.nspname::text AS piece_schema, l.relname::text AS piece, l.oid::bigint AS piece_id,
                l.reltuples::float8 AS tuples, l.relpages::bigint AS pages,
                p.oid IS NOT NULL AS published, p.rowfilter
            FROM pg_catalog.pg_class l
            JOIN pg_catalog.pg_namespace ln ON ln.oid = l.relnamespace
            JOIN pg_catalog.pg_class r ON r.oid = CASE WHEN l.relispartition THEN pg_partition_root(l.oid) ELSE l.oid END
            JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
            LEFT JOIN LATERAL (
                SELECT * FROM published WHERE oid = l.oid
                UNION ALL
                SELECT published.* FROM pg_partition_ancestors(l.oid) a JOIN published ON published.oid = a.relid
                LIMIT 1) p ON true
            WHERE l.relkind = 'r' AND n.nspname IN \(list: schemas)
            ORDER BY l.oid
            """)
        var incomplete: Set<TableName> = []
        for row in rows {
            let table = try TableName(schema: row.get("schema"), name: row.get("table"))
            guard try row.get("published", as: Bool.self) else {
                incomplete.insert(table)
                continue
            }
            let piece = try TablePiece(
                id: UInt32(truncatingIfNeeded: row.get("piece_id", as: Int.self)),
                table: TableName(schema: row.get("piece_schema"), name: row.get("piece")), rows: row.get("tuples"),
                pages: row.get("pages"), filter: row.getOptional("rowfilter"))
            let id = try UInt32(truncatingIfNeeded: row.get("id", as: Int.self))
            tables[table, default: Table(id: id, pieces: [], types: [:])].pieces.append(piece)
        }
        for table in incomplete { tables[table] = nil }
        try addColumns(name, connection)
    }

    /// The kinds of changes that it does not publish; empty where it publishes all.
    static func unpublished(_ name: String, _ connection: PostgresConnection) throws -> String {
        let row = try connection.rows(
            "SELECT pubinsert, pubupdate, pubdelete FROM pg_catalog.pg_publication WHERE pubname = \(name)"
        ).first
        guard let row else { return "" }
        return try [("pubinsert", "inserts"), ("pubupdate", "updates"), ("pubdelete", "deletes")].filter { column, _ in
            try !row.get(column, as: Bool.self)
        }.map(\.1).joined(separator: " and ")
    }

    private mutating func addColumns(_ name: String, _ connection: PostgresConnection) throws {
        // Older servers publish every column but those that they compute.
        let computed: Fragment = connection.serverVersion >= 180_000 ? "true" : "a.attgenerated = ''"
        let listed: Query =
            connection.serverVersion >= 150_000
            ? """
            EXISTS (
                SELECT FROM pg_catalog.pg_publication_tables p
                JOIN pg_catalog.pg_namespace pn ON pn.nspname = p.schemaname
                JOIN pg_catalog.pg_class pc ON pc.relnamespace = pn.oid AND pc.relname = p.tablename
                WHERE p.pubname = \(name) AND a.attname = ANY (p.attnames)
                    AND (pc.oid = c.oid OR pc.relispartition AND pg_partition_root(pc.oid) = c.oid))
            """ : "true"
        let rows = try connection.rows(
            """
            SELECT n.nspname::text AS schema, c.relname::text AS table, a.attname::text AS column,
                a.atttypid::bigint AS type
            FROM pg_catalog.pg_attribute a
            JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE a.attnum > 0 AND NOT a.attisdropped AND c.oid IN \(list: tables.values.map { Int($0.id) }) AND \(computed) AND \(listed)
            """)
        for row in rows {
            let table = try TableName(schema: row.get("schema"), name: row.get("table"))
            tables[table]?.types[try row.get("column")] = UInt32(truncatingIfNeeded: try row.get("type", as: Int.self))
        }
    }
}
