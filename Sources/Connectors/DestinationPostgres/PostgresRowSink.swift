import Airbyte
import ConnectorKit
import Postgres
import SQL

/// Sends the rows of one table to the server, as COPY text, and settles which of them stay when the warehouse commits.
final class PostgresRowSink: RowBlockSink {
    let table: TableName
    private let schema: TableSchema
    private let connection: PostgresConnection
    private let batch: PostgresBatch
    private let number: Int
    private let target: String
    /// Where deduplicated rows are loaded first; nil where rows are only appended.
    private let staging: String?
    private let merge: PostgresMerge
    private var blocks: PostgresBlockLoader?
    private var text: [UInt8] = []
    /// In this batch.
    private var rows = 0
    private let ids: RawIDSource
    private var time: (milliseconds: Int64, text: [UInt8]) = (.min, [])

    /// Makes the staging table, which lives as long as the connection and is emptied by every commit.
    init(
        _ table: TableName, _ schema: TableSchema, number: Int, _ ids: RawIDSource, _ connection: PostgresConnection,
        _ batch: PostgresBatch
    ) throws {
        self.table = table
        self.ids = ids
        self.schema = schema
        self.connection = connection
        self.batch = batch
        self.number = number
        merge = PostgresMerge(table, schema)
        let names = schema.allColumns.map { quote($0.name) }
        if schema.isDeduplicated {
            let name = "pg_temp.\(quote("swiftlet_staging_\(number)"))"
            let list = schema.allColumns.map(\.definition).joined(separator: ", ")
            let sequence = quote(TableSchema.sequence)
            try connection.execute(
                script: "CREATE TEMPORARY TABLE \(name) (\(list), \(sequence) bigint) ON COMMIT DELETE ROWS")
            try merge.prepare(number, on: connection)
            staging = name
            target = "\(name) (\((names + [sequence]).joined(separator: ", ")))"
        } else {
            staging = nil
            target = "\(table.quoted) (\(names.joined(separator: ", ")))"
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
        if text.count >= Self.gathered { try send() }
    }

    func take(_ block: RowBlock, _ body: UnsafeRawBufferPointer, generation: Int64?, meta: [UInt8]) throws {
        try send()
        if blocks?.columns != block.columns {
            try blocks?.flush()
            try batch.finishCopy()
            blocks = try PostgresBlockLoader(
                block.columns, of: schema, into: staging ?? table.quoted, ifExact: staging != nil ? nil : table,
                number: number, ids, connection, batch)
        }
        try blocks?.load(
            block, body, generation: generation, meta: meta, firstSequence: staging == nil ? nil : Int64(rows))
        rows += block.rows
    }

    /// Settles what was taken, in the open transaction.
    func flush() throws {
        guard rows > 0 else { return }
        rows = 0
        try send()
        // Of many streams each would otherwise keep its memory.
        text = []
        try blocks?.flush()
        guard let staging else { return }
        try batch.finishCopy()
        try merge.run(staging, number, on: connection)
    }

    private func send() throws {
        guard !text.isEmpty else { return }
        try batch.copy(into: target, .text).append(text)
        text.removeAll(keepingCapacity: true)
    }

    private static let gathered = 1 << 17
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
