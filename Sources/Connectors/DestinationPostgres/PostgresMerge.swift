import ConnectorKit

/// The statements that merge a staging table into a deduplicated one (protocol.md 9.3).
struct PostgresMerge {
    let schema: TableSchema
    private let table: TableName
    private let keys: [String]
    private let extractedAt = quote(TableSchema.extractedAt)

    init(_ table: TableName, _ schema: TableSchema) {
        self.table = table
        self.schema = schema
        keys = schema.primaryKey.map { quote(schema.columns[$0].name) }
    }

    private var cursor: String? { schema.cursor.map { quote(schema.columns[$0].name) } }

    /// Leaves the newest row of each key; of rows that are equally new, the one that `lastOrder` puts last.
    func removeDuplicates(from name: String, lastOrder: String) -> String {
        let order =
            (cursor.map { "\($0) DESC NULLS LAST, " } ?? "") + "\(extractedAt) DESC NULLS LAST, \(lastOrder) DESC"
        return """
            DELETE FROM \(name) AS s USING (
                SELECT ctid AS id, row_number() OVER (
                    PARTITION BY \(keys.joined(separator: ", ")) ORDER BY \(order)
                ) AS place FROM \(name)
            ) AS d WHERE s.ctid = d.id AND d.place > 1
            """
    }

    /// Answers which parts of the keys with a NULL in them are NULL: a Boolean for each part, a row for each case.
    func findNullKeys(in staging: String) -> String {
        let isNull = keys.map { "\($0) IS NULL" }
        let columns = isNull.enumerated().map { "\($1) AS k\($0)" }.joined(separator: ", ")
        return "SELECT DISTINCT \(columns) FROM \(staging) WHERE \(isNull.joined(separator: " OR "))"
    }

    /// Removes from `staging` what is older than the table's own rows, then from the table what is replaced. Only keys
    /// whose parts are NULL where `isNull` says so are looked at: a comparison that takes NULLs for equal would use
    /// neither index nor hash.
    func settle(_ staging: String, isNull: [Bool]) -> [String] {
        let match =
            zip(keys, isNull).map { $1 ? "t.\($0) IS NULL AND s.\($0) IS NULL" : "t.\($0) = s.\($0)" }
            .joined(separator: " AND ")
        var isNewer = "s.\(extractedAt) >= t.\(extractedAt)"
        if let cursor {
            isNewer = """
                (s.\(cursor) IS NOT NULL AND (t.\(cursor) IS NULL OR s.\(cursor) > t.\(cursor))
                    OR s.\(cursor) IS NOT DISTINCT FROM t.\(cursor) AND \(isNewer))
                """
        }
        return [
            "DELETE FROM \(staging) AS s USING \(table.quoted) AS t WHERE \(match) AND NOT (\(isNewer))",
            "DELETE FROM \(table.quoted) AS t USING \(staging) AS s WHERE \(match)",
        ]
    }

    func insert(from staging: String) -> String {
        let list = schema.allColumns.map { quote($0.name) }.joined(separator: ", ")
        let alive = schema.deletedAt.map { " WHERE \(quote(schema.columns[$0].name)) IS NULL" } ?? ""
        return "INSERT INTO \(table.quoted) (\(list)) SELECT \(list) FROM \(staging)\(alive)"
    }
}
