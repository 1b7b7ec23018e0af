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
    /// Remembers that a row was deleted.
    private let bury: SQLiteStatement?
    private let ids: RawIDSource
    private var id: [UInt8] = []
    private var time: (milliseconds: Int64, text: [UInt8]) = (.min, [])

    init(
        _ table: TableName, _ schema: TableSchema, number: Int, _ ids: RawIDSource, _ connection: SQLiteConnection
    ) throws {
        self.table = table
        self.ids = ids
        self.connection = connection
        columns = schema.columns
        deletedAt = schema.deletedAt
        guard schema.isDeduplicated else {
            let names = schema.allColumns.map { quote($0.name) }
            let values = names.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
            insert = try connection.prepare(
                "INSERT INTO \(table.quoted) (\(names.joined(separator: ", "))) VALUES (\(values))")
            (displace, bury) = (nil, nil)
            return
        }
        let graves = TableName(schema: "temp", name: "swiftlet_graves_\(number)")
        let merge = SQLiteMerge(table, schema, graves: graves)
        if let script = merge.makeGraves { try connection.execute(script: script) }
        insert = try connection.prepare(merge.insert)
        displace = try connection.prepare(merge.displace)
        bury = try merge.bury.map(connection.prepare)
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
            if let bury, isDeleted(row) {
                try bind(row, to: bury)
                return try bury.run()
            }
        }
        try bind(row, to: insert)
        try insert.run()
    }

    private func isDeleted(_ row: borrowing TypedRow) -> Bool {
        guard let deletedAt else { return false }
        if case .null = row.values.cells[deletedAt] { return false }
        return true
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
