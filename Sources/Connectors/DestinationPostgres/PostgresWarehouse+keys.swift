import ConnectorKit
import Postgres
import SQL

extension PostgresWarehouse {
    /// A table without rows gets its key last, when they are there: `finish` or its sink sees to it. Was that cut short,
    /// the next attempt finds rows without a key, and does it first.
    func prepareKeys(of table: TableName, _ schema: TableSchema) throws {
        guard try !hasKey(table, schema) else { return }
        let rows = try connection.rows(Query(trusted: "SELECT 1 FROM \(table.quoted) LIMIT 1"))
        if rows.isEmpty { return }
        try transaction { try buildKey(of: table, schema) }
    }

    /// Whether the server finds rows by their key, and where it can lets none have that of another.
    func hasKey(_ table: TableName, _ schema: TableSchema) throws -> Bool {
        let takesUnique = try takesUniqueKey(table, schema)
        return try PostgresIndex.all(on: table, connection).contains { index in
            Set(index.columns) == Set(schema.keyNames) && (index.isUnique || !takesUnique)
        }
    }

    /// Whether two keys that differ as the stream has them also differ in the table, whose columns somebody else may have
    /// declared; a unique key of a table in parts would have to name what parts it.
    func takesUniqueKey(_ table: TableName, _ schema: TableSchema) throws -> Bool {
        let declared = try connection.declaredTypes(of: table)
        let isExact = schema.primaryKey.allSatisfy { place in
            let column = schema.columns[place]
            return declared[column.name] == column.type.declaration
        }
        guard isExact else { return false }
        let kind = try connection.rows(
            "SELECT c.relkind = 'r' AS whole FROM pg_catalog.pg_class c WHERE c.oid = \(table.quoted)::regclass"
        ).first
        return try kind?.get("whole") ?? false
    }

    /// Leaves one row of each key, and an index that keeps it so; in the open transaction.
    func buildKey(of table: TableName, _ schema: TableSchema) throws {
        let list = schema.keyNames.map(quote).joined(separator: ", ")
        let isNull = schema.keyNames.map { "\(quote($0)) IS NULL" }.joined(separator: " OR ")
        let hasNull = try !connection.rows(
            Query(trusted: "SELECT 1 FROM \(table.quoted) WHERE \(isNull) LIMIT 1")
        ).isEmpty
        let isUnique = try takesUniqueKey(table, schema)
        // Rows mostly have each a key of its own, and to try is cheaper than to look.
        if isUnique, !hasNull, try addKey(to: table, schema.keyNames) { return }
        try connection.execute(script: PostgresMerge(table, schema).removeDuplicates)
        if isUnique {
            _ = try addKey(to: table, schema.keyNames)
        } else {
            try connection.execute(script: "CREATE INDEX ON \(table.quoted) (\(list))")
        }
    }

    /// Whether no two rows have the same key.
    func addKey(to table: TableName, _ columns: [String]) throws -> Bool {
        let list = columns.map(quote).joined(separator: ", ")
        let before = Set(try PostgresIndex.all(on: table, connection).map(\.name))
        try connection.execute(script: "SAVEPOINT key")
        do {
            try connection.execute(script: "CREATE UNIQUE INDEX ON \(table.quoted) (\(list)); RELEASE key")
        } catch let error as DatabaseError where error.native == "23505" {
            try connection.execute(script: "ROLLBACK TO key; RELEASE key")
            return false
        }
        for index in try PostgresIndex.all(on: table, connection) where !before.contains(index.name) {
            try connection.execute(
                script: "COMMENT ON INDEX \(index.name.quoted) IS '\(PostgresIndex.comment)'")
        }
        return true
    }

    /// Drops keys that are ours but not, or no longer, those of the stream, and would refuse its rows.
    func dropKeys(of table: TableName, except columns: [String]) throws {
        let outdated = try PostgresIndex.all(on: table, connection).filter {
            $0.isOurs && Set($0.columns) != Set(columns)
        }
        guard !outdated.isEmpty else { return }
        let list = outdated.map(\.name.quoted).joined(separator: ", ")
        try connection.execute(script: "DROP INDEX \(list)")
    }
}

extension TableSchema {
    var keyNames: [String] { primaryKey.map { columns[$0].name } }
}

extension PostgresConnection {
    /// The types of a table's columns by name, as `format_type` has them.
    func declaredTypes(of table: TableName) throws -> [String: String] {
        let rows = try rows(
            """
            SELECT a.attname::text AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type
            FROM pg_catalog.pg_attribute a WHERE a.attrelid = \(table.quoted)::regclass AND a.attnum > 0 AND NOT a.attisdropped
            """)
        return try Dictionary(
            rows.map { (try $0.get("name"), try $0.get("type")) }, uniquingKeysWith: { first, _ in first })
    }
}
