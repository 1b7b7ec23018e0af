import Airbyte
import ConnectorKit
import JSON
import Postgres
import SQL

/// Loads blocks of binary tuples: puts a row's own columns in front of each and hands it on, undecoded.
///
/// The tuples have the types that the stream's schema asks for. Where the table has others, wider ones or some that a
/// person chose, they are loaded beside it first and converted by the server.
final class PostgresBlockLoader {
    /// The record's members that the tuples hold, in their order.
    let columns: [String]
    private let target: String
    /// What moves the rows from beside the table into it; nil where they go straight.
    private let moving: String?
    private let batch: PostgresBatch
    private let ids: RawIDSource
    private var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 19, alignment: 8)

    /// `place` is the table or staging table. Of a table, `ifExact`, the declared types are looked up, since they may
    /// have been chosen by somebody else.
    init(
        _ columns: [String], of schema: TableSchema, into place: String, ifExact table: TableName?, number: Int,
        _ ids: RawIDSource, _ connection: PostgresConnection, _ batch: PostgresBatch
    ) throws {
        self.ids = ids
        self.columns = columns
        self.batch = batch
        let found = try columns.map { field in
            guard let column = schema.columns.first(where: { $0.field.hasSameBytes(as: field) }) else {
                throw ConnectorError(.system, "Rows came with a column that the stream does not have: \(field).")
            }
            return column
        }
        let declared = try table.map { try connection.declaredTypes(of: $0) }
        let isExact = (TableSchema.ownColumns + found).allSatisfy { column in
            column.type == column.wanted && declared.map { $0[column.name] == column.type.declaration } ?? true
        }
        let sequence = table == nil ? [quote(TableSchema.sequence)] : []
        let names = (TableSchema.ownColumns + found).map { quote($0.name) } + sequence
        let list = names.joined(separator: ", ")
        guard !isExact else {
            target = "\(place) (\(list))"
            moving = nil
            return
        }
        let beside = "pg_temp.\(quote("swiftlet_blocks_\(number)"))"
        let definitions =
            (TableSchema.ownColumns + found).map { "\(quote($0.name)) \($0.wanted.declaration)" }
            + sequence.map { "\($0) bigint" }
        try connection.execute(
            script: """
                DROP TABLE IF EXISTS \(beside);
                CREATE TEMPORARY TABLE \(quote("swiftlet_blocks_\(number)")) (\(definitions.joined(separator: ", "))) \
                ON COMMIT DELETE ROWS
                """)
        target = "\(beside) (\(list))"
        let values = (TableSchema.ownColumns + found).map { $0.converted(to: declared?[$0.name]) } + sequence
        let order = sequence.isEmpty ? "" : " ORDER BY \(sequence[0])"
        moving = """
            INSERT INTO \(place) (\(list)) SELECT \(values.joined(separator: ", ")) FROM \(beside)\(order);
            TRUNCATE \(beside)
            """
    }

    deinit { buffer.deallocate() }

    /// `firstSequence` numbers the rows, for a staging table.
    func load(
        _ block: RowBlock, _ body: UnsafeRawBufferPointer, generation: Int64?, meta: [UInt8],
        firstSequence: Int64?
    ) throws {
        let head = head(block, generation, meta, isNumbered: firstSequence != nil)
        let tail = firstSequence == nil ? 0 : 12
        let size = body.count + block.rows * (head.count - 2 + tail)
        if buffer.count < size {
            buffer.deallocate()
            buffer = .allocate(byteCount: size, alignment: 8)
        }
        var (at, end, sequence) = (0, 0, firstSequence ?? 0)
        for _ in 0..<block.rows {
            let row = try fields(body, from: at)
            at = row.upperBound
            end = append(head, end)
            if let base = buffer.baseAddress { ids.write(to: base + (end - head.count + Self.idOffset)) }
            end = append(UnsafeRawBufferPointer(rebasing: body[row]), end)
            if firstSequence != nil {
                buffer.storeBytes(of: UInt32(8).bigEndian, toByteOffset: end, as: UInt32.self)
                buffer.storeBytes(of: sequence.bigEndian, toByteOffset: end + 4, as: Int64.self)
                end += 12
                sequence += 1
            }
        }
        guard at == body.count else { throw malformed }
        try batch.copy(into: target, .binary).append(UnsafeRawBufferPointer(rebasing: buffer[..<end]))
    }

    /// Brings what was loaded to where it belongs, in the open transaction.
    func flush() throws {
        if let moving { try batch.execute(moving) }
    }

    /// Behind the number of fields and the length of the id.
    private static let idOffset = 6

    /// What each row begins with, but for its id.
    private func head(_ block: RowBlock, _ generation: Int64?, _ meta: [UInt8], isNumbered: Bool) -> [UInt8] {
        var head: [UInt8] = []
        func put(_ value: some FixedWidthInteger) { withUnsafeBytes(of: value.bigEndian) { head += $0 } }
        put(Int16(clamping: TableSchema.ownColumns.count + columns.count + (isNumbered ? 1 : 0)))
        put(Int32(RawIDSource.length))
        head += repeatElement(0, count: RawIDSource.length)
        put(Int32(8))
        put(PostgresEpoch.microseconds(ofMilliseconds: block.emittedAt))
        put(Int32(meta.count + 1))
        // The version of jsonb's own form.
        head.append(1)
        head += meta
        if let generation {
            put(Int32(8))
            put(generation)
        } else {
            put(Int32(-1))
        }
        return head
    }

    /// Where the fields of the row at `start` are, behind their number.
    private func fields(_ body: UnsafeRawBufferPointer, from start: Int) throws -> Range<Int> {
        guard start + 2 <= body.count,
            Int(Int16(bigEndian: body.loadUnaligned(fromByteOffset: start, as: Int16.self))) == columns.count
        else { throw malformed }
        var at = start + 2
        for _ in columns.indices {
            guard at + 4 <= body.count else { throw malformed }
            let length = Int(Int32(bigEndian: body.loadUnaligned(fromByteOffset: at, as: Int32.self)))
            guard length >= -1 else { throw malformed }
            at += 4 + max(0, length)
        }
        guard at <= body.count else { throw malformed }
        return start + 2..<at
    }

    private func append(_ bytes: [UInt8], _ end: Int) -> Int {
        bytes.withUnsafeBytes { append($0, end) }
    }

    private func append(_ bytes: UnsafeRawBufferPointer, _ end: Int) -> Int {
        UnsafeMutableRawBufferPointer(rebasing: buffer[end...]).copyMemory(from: bytes)
        return end + bytes.count
    }

    private var malformed: ConnectorError {
        ConnectorError(.system, "A block of rows is not made of the tuples that it announces.")
    }
}
