import ConnectorKit
import SQL
import SQLite
import Time

/// Puts rows into one SQLite table, in a transaction that the warehouse commits.
final class SQLiteRowSink: RowSink {
    let table: TableName
    private let connection: SQLiteConnection
    private let columns: [TableColumn]
    private let deletedAt: Int?
    private let insert: SQLiteStatement
    /// Removes the row that a deduplicated one replaces; nil where rows are only appended.
    private let displace: SQLiteStatement?
    private var ids = RawIDSource()
    private var id: [UInt8] = []
    private var time: (milliseconds: Int64, text: [UInt8]) = (.min, [])

    init(_ table: TableName, _ schema: TableSchema, _ connection: SQLiteConnection) throws {
        self.table = table
        self.connection = connection
        columns = schema.columns
        deletedAt = schema.deletedAt
        let names = schema.allColumns.map { quote($0.name) }
        let values = names.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        var sql = "INSERT INTO \(table.quoted) (\(names.joined(separator: ", ")))"
        if schema.isDeduplicated {
            let own = TableSchema.ownColumns.count
            let key = schema.primaryKey.map { "\(names[own + $0]) IS $\(own + $0 + 1)" }.joined(separator: " AND ")
            sql += " SELECT \(values) WHERE NOT EXISTS (SELECT 1 FROM \(table.quoted) WHERE \(key))"
            var isOlder = "\(quote(TableSchema.extractedAt)) <= $2"
            if let cursor = schema.cursor {
                let (column, value) = (names[own + cursor], "$\(own + cursor + 1)")
                let (less, same) = Self.comparison(column, value, schema.columns[cursor].type)
                isOlder = """
                    (\(value) IS NOT NULL AND (\(column) IS NULL OR \(less)) OR \(same) AND \(isOlder))
                    """
            }
            displace = try connection.prepare("DELETE FROM \(table.quoted) WHERE \(key) AND \(isOlder)")
        } else {
            sql += " VALUES (\(values))"
            displace = nil
        }
        insert = try connection.prepare(sql)
    }

    /// Long decimals are kept as texts, which to SQLite are larger than any number.
    private static func comparison(_ a: String, _ b: String, _ type: ColumnType) -> (less: String, same: String) {
        guard type == .number else { return ("\(a) < \(b)", "\(a) IS \(b)") }
        func compare(_ sign: String) -> String {
            """
            CASE WHEN typeof(\(a)) = 'text' OR typeof(\(b)) = 'text'
                THEN CAST(\(a) AS REAL) \(sign) CAST(\(b) AS REAL) ELSE \(a) \(sign) \(b) END
            """
        }
        return (compare("<"), compare("IS"))
    }

    func take(_ row: borrowing TypedRow) throws {
        if !connection.isInTransaction { try connection.execute(script: "BEGIN IMMEDIATE") }
        id.removeAll(keepingCapacity: true)
        ids.append(to: &id)
        if time.milliseconds != row.extractedAt {
            time = (row.extractedAt, TypedRow.text(ofMilliseconds: row.extractedAt))
        }
        if let displace {
            try bind(row, to: displace)
            try displace.run()
            if let deletedAt, case .null = row.values.cells[deletedAt] {} else if deletedAt != nil { return }
        }
        try bind(row, to: insert)
        try insert.run()
    }

    private func bind(_ row: borrowing TypedRow, to statement: SQLiteStatement) throws {
        try id.withUnsafeBytes { try statement.bind(utf8: $0, at: 1) }
        try time.text.withUnsafeBytes { try statement.bind(utf8: $0, at: 2) }
        try row.values.meta.withUnsafeBytes { try statement.bind(utf8: $0, at: 3) }
        try statement.bind(row.generation.map(SQLValue.integer) ?? .null, at: 4)
        let cells = row.values.cells
        try row.values.bytes.withUnsafeBytes { bytes in
            for index in cells.indices {
                let number = TableSchema.ownColumns.count + index + 1
                switch cells[index] {
                case .null: try statement.bind(.null, at: number)
                case .bool(let flag): try statement.bind(.bool(flag), at: number)
                case .integer(let integer): try statement.bind(.integer(integer), at: number)
                case .text(let start, let end):
                    let text = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
                    if columns[index].type == .number, let value = Self.exact(text) {
                        try statement.bind(value, at: number)
                    } else {
                        try statement.bind(utf8: text, at: number)
                    }
                }
            }
        }
    }

    /// The number as SQLite keeps numbers; nil where digits would be lost, and then the text is kept.
    private static func exact(_ text: UnsafeRawBufferPointer) -> SQLValue? {
        let string = String(decoding: text, as: UTF8.self)
        if let integer = Int64(string) { return .integer(integer) }
        guard let double = Double(string), double.isFinite else { return nil }
        let mantissa = text.prefix { $0 | 0x20 != UInt8(ascii: "e") }
        let digits = mantissa.filter { $0 &- 48 < 10 }.drop { $0 == 48 }.count
        // Fifteen digits always survive, unless the number is too small; more do when the shortest form has them all.
        if digits <= 15, double == 0 ? digits == 0 : double.isNormal { return .double(double) }
        return double.description == string ? .double(double) : nil
    }
}
