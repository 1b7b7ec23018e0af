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

    var target: String { table.quoted }
    private var cursor: String? { schema.cursor.map { quote(schema.columns[$0].name) } }

    /// Leaves the newest row of each key in the table; of rows that are equally new the last that came. Ids that are ours
    /// tell which that is; of others, where they are is all there is to go by.
    var removeDuplicates: String {
        let id = quote(TableSchema.rawID)
        return removeDuplicates(
            from: table.quoted,
            lastOrder: """
                CASE WHEN substr(\(id)::text, 15, 1) = '7' THEN \(id)::text END COLLATE "C" DESC NULLS LAST, ctid
                """)
    }

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
        let match = match(isNull)
        let isNewer = isNewer("s")
        return [
            "DELETE FROM \(staging) AS s USING \(table.quoted) AS t WHERE \(match) AND NOT (\(isNewer))",
            "DELETE FROM \(table.quoted) AS t USING \(staging) AS s WHERE \(match)",
        ]
    }

    func insert(from staging: String) -> String {
        let list = schema.allColumns.map { quote($0.name) }.joined(separator: ", ")
        return "INSERT INTO \(table.quoted) AS t (\(list)) SELECT \(list) FROM \(staging)\(ofAlive)"
    }

    /// Inserts rows, or puts them in the place of older ones, which the table's unique key finds whatever the server
    /// thinks of the sizes of tables. Keys with a NULL are in conflict with none. What the stream does not have, `others`,
    /// gets what it would have in a new row.
    func upsert(from staging: String, resetting others: [String]) -> String {
        let values =
            schema.allColumns.map { "\(quote($0.name)) = EXCLUDED.\(quote($0.name))" }
            + others.map { "\(quote($0)) = DEFAULT" }
        return """
            \(insert(from: staging)) ON CONFLICT (\(keys.joined(separator: ", "))) \
            DO UPDATE SET \(values.joined(separator: ", ")) WHERE (\(isNewer("EXCLUDED"))) IS NOT FALSE
            """
    }

    /// Removes the rows that are deleted, but for those whose key has a NULL.
    func delete(by staging: String) -> String? {
        guard let isDeleted else { return nil }
        let match = match(keys.map { _ in false })
        return """
            DELETE FROM \(table.quoted) AS t USING \(staging) AS s \
            WHERE \(match) AND s.\(isDeleted) AND (\(isNewer("s"))) IS NOT FALSE
            """
    }

    /// What is true of a deletion; nil where none is told from other rows.
    var isDeleted: String? { schema.deletedAt.map { "\(quote(schema.columns[$0].name)) IS NOT NULL" } }

    private var ofAlive: String { isDeleted.map { " WHERE NOT (\($0))" } ?? "" }

    private func match(_ isNull: [Bool]) -> String {
        zip(keys, isNull).map { $1 ? "t.\($0) IS NULL AND s.\($0) IS NULL" : "t.\($0) = s.\($0)" }
            .joined(separator: " AND ")
    }

    /// Whether the row called `s` takes the place of the one called `t`.
    private func isNewer(_ s: String) -> String {
        let isLater = "\(s).\(extractedAt) >= t.\(extractedAt)"
        guard let cursor else { return isLater }
        return """
            (\(s).\(cursor) IS NOT NULL AND (t.\(cursor) IS NULL OR \(s).\(cursor) > t.\(cursor))
                OR \(s).\(cursor) IS NOT DISTINCT FROM t.\(cursor) AND \(isLater))
            """
    }
}
