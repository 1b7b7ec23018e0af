package import ConnectorKit

/// Gathers the rows of a binary COPY and sends them on in blocks, undecoded.
package final class RowBlockWriter {
    private static let size = 256 << 10
    /// What a binary copy begins with: a signature of 11 bytes, flags, and the length of an extension, which follows.
    private static let signature = Array("PGCOPY\n".utf8) + [0xff, 0x0d, 0x0a, 0x00]
    private static let headerLength = 19

    private let columns: [String]
    private let output: any RowOutput
    private var body: [UInt8] = []
    private var rows = 0

    package init(_ columns: [String], _ output: any RowOutput) {
        self.columns = columns
        self.output = output
    }

    /// Takes a piece that the server sent: a row, the first one with the copy's header in front, or the trailer. Where
    /// there is a cursor it is the last field, which `before` sees and which is left out.
    package func take(
        _ piece: UnsafeRawBufferPointer, hasCursor: Bool, before: (UnsafeBufferPointer<UInt8>?) throws -> Void
    ) throws {
        let row = try Self.withoutHeader(piece)
        guard !row.isEmpty else { return }
        guard row.count >= 2 else { throw Self.malformed }
        let count = Int(Int16(bigEndian: row.loadUnaligned(as: Int16.self)))
        // The trailer has no fields, and nothing follows it.
        if count == -1, row.count == 2 { return }
        guard count == columns.count + (hasCursor ? 1 : 0) else { throw Self.malformed }
        if hasCursor {
            let last = try Self.lastField(of: row, count)
            let value = last.lowerBound + 4
            try before(
                Self.length(in: row, at: last.lowerBound) == nil
                    ? nil : UnsafeRawBufferPointer(rebasing: row[value..<last.upperBound]).bindMemory(to: UInt8.self))
            withUnsafeBytes(of: Int16(columns.count).bigEndian) { body += $0 }
            body += row[2..<last.lowerBound]
        } else {
            body += row
        }
        rows += 1
        if body.count >= Self.size { try flush() }
    }

    package func flush() throws {
        guard rows > 0 else { return }
        try output.rows(rows, columns: columns, body)
        body.removeAll(keepingCapacity: true)
        rows = 0
    }

    private static func withoutHeader(_ piece: UnsafeRawBufferPointer) throws -> UnsafeRawBufferPointer {
        guard piece.starts(with: signature) else { return piece }
        guard piece.count >= headerLength else { throw malformed }
        let extra = Int(UInt32(bigEndian: piece.loadUnaligned(fromByteOffset: headerLength - 4, as: UInt32.self)))
        guard piece.count - headerLength >= extra else { throw malformed }
        return UnsafeRawBufferPointer(rebasing: piece[(headerLength + extra)...])
    }

    /// From its length on; a NULL has nothing behind that.
    private static func lastField(of row: UnsafeRawBufferPointer, _ count: Int) throws -> Range<Int> {
        var (start, end) = (2, 2)
        for _ in 0..<count {
            guard end + 4 <= row.count else { throw malformed }
            start = end
            end += 4 + (length(in: row, at: start) ?? 0)
        }
        guard end == row.count else { throw malformed }
        return start..<end
    }

    /// The length of a field; nil for a NULL.
    private static func length(in row: UnsafeRawBufferPointer, at start: Int) -> Int? {
        let length = Int32(bigEndian: row.loadUnaligned(fromByteOffset: start, as: Int32.self))
        return length < 0 ? nil : Int(length)
    }

    private static var malformed: ConnectorError {
        ConnectorError(.system, "The server sent a row that is none of a binary COPY of the columns asked for.")
    }
}
