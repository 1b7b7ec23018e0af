import ConnectorKit

/// Gathers the rows of a binary COPY and sends them on in blocks, undecoded.
final class RowBlockWriter {
    private static let size = 256 << 10
    /// What a binary copy begins with: a signature of 11 bytes, flags, and the length of an extension.
    private static let signature = Array("PGCOPY\n".utf8)
    private static let headerLength = 19

    private let columns: [String]
    private let output: StreamOutput
    private var body: [UInt8] = []
    private var rows = 0

    init(_ columns: [String], _ output: StreamOutput) {
        self.columns = columns
        self.output = output
        body.reserveCapacity(Self.size + (64 << 10))
    }

    /// Takes a piece that the server sent: a row, the first one with the copy's header in front, or the trailer. Where
    /// there is a cursor it is the last field, which `before` sees and which is left out.
    func take(
        _ piece: UnsafeRawBufferPointer, hasCursor: Bool, before: (UnsafeBufferPointer<UInt8>?) throws -> Void
    ) throws {
        var row = piece
        if row.starts(with: Self.signature) { row = UnsafeRawBufferPointer(rebasing: row[Self.headerLength...]) }
        guard row.count >= 2 else { return }
        let count = Int16(bigEndian: row.loadUnaligned(as: Int16.self))
        guard count >= 0 else { return }
        if hasCursor {
            let last = Self.lastField(of: row, Int(count))
            let value = last.lowerBound + 4
            try before(
                value > last.upperBound
                    ? nil : UnsafeRawBufferPointer(rebasing: row[value..<last.upperBound]).bindMemory(to: UInt8.self))
            withUnsafeBytes(of: (count - 1).bigEndian) { body += $0 }
            body += row[2..<last.lowerBound]
        } else {
            body += row
        }
        rows += 1
        if body.count >= Self.size { try flush() }
    }

    func flush() throws {
        guard rows > 0 else { return }
        try output.rows(rows, columns: columns, body)
        body.removeAll(keepingCapacity: true)
        rows = 0
    }

    /// From its length on; a NULL has nothing behind that.
    private static func lastField(of row: UnsafeRawBufferPointer, _ count: Int) -> Range<Int> {
        var at = 2
        for _ in 1..<max(1, count) {
            at += 4 + max(0, Int(Int32(bigEndian: row.loadUnaligned(fromByteOffset: at, as: Int32.self))))
        }
        return at..<row.count
    }
}
