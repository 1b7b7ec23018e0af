import ConnectorKit

/// The statements that put a row into a deduplicated table in the place of an older one (protocol.md 9.3). Their
/// parameters are the row's values, in the order of the table's columns.
struct SQLiteMerge {
    private let table: TableName
    private let schema: TableSchema
    /// The keys of rows that were deleted while this connector runs: an older change that comes behind such a deletion must
    /// not bring its row back. Nil where no deletions are told.
    private let graves: TableName?
    private let names: [String]

    init(_ table: TableName, _ schema: TableSchema, graves: TableName) {
        self.table = table
        self.schema = schema
        self.graves = schema.deletedAt == nil ? nil : graves
        names = schema.allColumns.map { quote($0.name) }
    }

    /// Makes the table of graves, which lives as long as the connection; nil where there is none.
    var makeGraves: String? {
        graves.map { graves in
            let columns = kept.map { TableSchema.ownColumns.count + $0 }.map { schema.allColumns[$0].definition }
            let extractedAt = "\(quote(TableSchema.extractedAt)) TEXT"
            return """
                CREATE TABLE \(graves.quoted) (\((columns + [extractedAt]).joined(separator: ", ")));
                CREATE INDEX temp.\(quote("\(graves.name)_key")) ON \(quote(graves.name)) (\(keys.joined(separator: ", ")));
                """
        }
    }

    /// Remembers a deletion; nil where none are told.
    var bury: String? {
        graves.map { graves in
            let columns = (kept.map(name) + [quote(TableSchema.extractedAt)]).joined(separator: ", ")
            return
                "INSERT INTO \(graves.quoted) (\(columns)) VALUES (\((kept.map(value) + ["$2"]).joined(separator: ", ")))"
        }
    }

    /// Removes what the row replaces.
    var displace: String { "DELETE FROM \(table.quoted) WHERE \(hasKey) AND \(isOlder)" }

    /// Inserts the row unless a newer one is there, or was and is deleted.
    var insert: String {
        var sql = """
            INSERT INTO \(table.quoted) (\(names.joined(separator: ", ")))
            SELECT \(names.indices.map { "$\($0 + 1)" }.joined(separator: ", "))
            WHERE NOT EXISTS (SELECT 1 FROM \(table.quoted) WHERE \(hasKey))
            """
        if let graves {
            sql += " AND NOT EXISTS (SELECT 1 FROM \(graves.quoted) WHERE \(hasKey) AND NOT (\(isOlder)))"
        }
        return sql
    }

    // MARK: Parts of the above

    private var keys: [String] { schema.primaryKey.map(name) }

    /// What of a deleted row is remembered.
    private var kept: [Int] {
        schema.primaryKey + (schema.cursor.map { [$0] } ?? []).filter { !schema.primaryKey.contains($0) }
    }

    private var hasKey: String { schema.primaryKey.map { "\(name($0)) IS \(value($0))" }.joined(separator: " AND ") }

    private var isOlder: String {
        let isEarlier = "\(quote(TableSchema.extractedAt)) <= $2"
        guard let cursor = schema.cursor else { return isEarlier }
        let (column, value) = (name(cursor), value(cursor))
        let (less, same) = comparison(column, value, schema.columns[cursor].type)
        return "(\(value) IS NOT NULL AND (\(column) IS NULL OR \(less)) OR \(same) AND \(isEarlier))"
    }

    /// Long decimals are kept as texts, which to SQLite are larger than any number.
    private func comparison(_ a: String, _ b: String, _ type: ColumnType) -> (less: String, same: String) {
        guard type == .number else { return ("\(a) < \(b)", "\(a) IS \(b)") }
        func compare(_ sign: String) -> String {
            """
            CASE WHEN typeof(\(a)) = 'text' OR typeof(\(b)) = 'text'
                THEN CAST(\(a) AS REAL) \(sign) CAST(\(b) AS REAL) ELSE \(a) \(sign) \(b) END
            """
        }
        return (compare("<"), compare("IS"))
    }

    private func name(_ column: Int) -> String { names[TableSchema.ownColumns.count + column] }

    private func value(_ column: Int) -> String { "$\(TableSchema.ownColumns.count + column + 1)" }
}
