import ConnectorKit
import Postgres
import SQL

/// Gathers the rows of one table as COPY text and loads them when the warehouse commits.
final class PostgresRowSink: RowSink {
    let table: TableName
    private let connection: PostgresConnection
    private let columns: String
    /// Where deduplicated rows are loaded first; nil where rows are only appended.
    private let staging: String?
    private let merge: PostgresMerge
    private let number: Int
    private var text: [UInt8] = []
    private var rows = 0
    private var ids = RawIDSource()
    private var time: (milliseconds: Int64, text: [UInt8]) = (.min, [])

    /// Makes the staging table, which lives as long as the connection and is emptied by every commit.
    init(_ table: TableName, _ schema: TableSchema, number: Int, _ connection: PostgresConnection) throws {
        self.table = table
        self.connection = connection
        merge = PostgresMerge(table, schema)
        self.number = number
        let names = schema.allColumns.map { quote($0.name) }
        if schema.isDeduplicated {
            let name = "pg_temp.\(quote("swiftlet_staging_\(number)"))"
            let list = schema.allColumns.map(\.definition).joined(separator: ", ")
            let sequence = quote(TableSchema.sequence)
            try connection.execute(
                script: "CREATE TEMPORARY TABLE \(name) (\(list), \(sequence) bigint) ON COMMIT DELETE ROWS")
            try merge.prepare(number, on: connection)
            staging = name
            columns = (names + [sequence]).joined(separator: ", ")
        } else {
            staging = nil
            columns = names.joined(separator: ", ")
        }
    }

    func take(_ row: borrowing TypedRow) throws {
        if time.milliseconds != row.extractedAt {
            time = (row.extractedAt, TypedRow.text(ofMilliseconds: row.extractedAt))
        }
        ids.append(to: &text)
        text.append(UInt8(ascii: "\t"))
        text += time.text
        text.append(UInt8(ascii: "\t"))
        row.values.meta.withUnsafeBufferPointer { append($0) }
        text.append(UInt8(ascii: "\t"))
        text += row.generation.map { String($0) }.map { Array($0.utf8) } ?? Self.null
        row.values.bytes.withUnsafeBufferPointer { bytes in
            for cell in row.values.cells {
                text.append(UInt8(ascii: "\t"))
                switch cell {
                case .null: text += Self.null
                case .bool(let flag): text.append(flag ? UInt8(ascii: "t") : UInt8(ascii: "f"))
                case .integer(let integer): text += String(integer).utf8
                case .text(let start, let end): append(UnsafeBufferPointer(rebasing: bytes[start..<end]))
                }
            }
        }
        if staging != nil {
            text.append(UInt8(ascii: "\t"))
            text += String(rows).utf8
        }
        text.append(UInt8(ascii: "\n"))
        rows += 1
    }

    /// Loads what was taken, in the open transaction.
    func flush() throws {
        guard rows > 0 else { return }
        let target = staging ?? table.quoted
        try connection.copyIn("COPY \(target) (\(columns)) FROM STDIN") { try $0.append(text) }
        // Of many streams each would otherwise keep a whole batch's memory.
        text.removeAll(keepingCapacity: text.capacity <= Self.keptCapacity)
        rows = 0
        if let staging { try merge.run(staging, number, on: connection) }
    }

    private static let keptCapacity = 1 << 20
    private static let null: [UInt8] = Array("\\N".utf8)

    /// Appends a value with what means something to COPY escaped.
    private func append(_ value: UnsafeBufferPointer<UInt8>) {
        var clean = 0
        for index in value.indices {
            let letter: UInt8
            switch value[index] {
            case UInt8(ascii: "\\"): letter = UInt8(ascii: "\\")
            case 10: letter = UInt8(ascii: "n")
            case 13: letter = UInt8(ascii: "r")
            case 9: letter = UInt8(ascii: "t")
            default: continue
            }
            text += value[clean..<index]
            text.append(UInt8(ascii: "\\"))
            text.append(letter)
            clean = index + 1
        }
        text += value[clean...]
    }
}
