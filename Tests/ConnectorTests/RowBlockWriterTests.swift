import ConnectorKit
import SourcePostgres
import Testing

@Suite("Rows of a binary COPY")
struct RowBlockWriterTests {
    /// Keeps the blocks that are sent.
    private final class Blocks: RowOutput {
        private(set) var rows = 0
        private(set) var body: [UInt8] = []

        func record(_ write: (inout [UInt8]) throws -> Void) {}

        func rows(_ count: Int, columns: [String], _ body: [UInt8]) {
            rows += count
            self.body += body
        }
    }

    private static let header: [UInt8] = Array("PGCOPY\n".utf8) + [0xff, 13, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    /// Two fields, an x and a NULL.
    private static let row: [UInt8] = [0, 2, 0, 0, 0, 1, 0x78, 0xff, 0xff, 0xff, 0xff]

    private func write(
        _ pieces: [[UInt8]], _ columns: [String], hasCursor: Bool = false
    ) throws -> (blocks: Blocks, cursors: [[UInt8]?]) {
        let blocks = Blocks()
        let writer = RowBlockWriter(columns, blocks)
        var cursors: [[UInt8]?] = []
        for piece in pieces {
            try piece.withUnsafeBytes { bytes in
                try writer.take(bytes, hasCursor: hasCursor) { if hasCursor { cursors.append($0.map { Array($0) }) } }
            }
        }
        try writer.flush()
        return (blocks, cursors)
    }

    @Test func `rows come without header and trailer, and a cursor apart`() throws {
        let trailer: [UInt8] = [0xff, 0xff]
        for pieces in [[Self.header + Self.row, Self.row, trailer], [Self.header, Self.row, Self.row, trailer]] {
            let blocks = try write(pieces, ["a", "b"]).blocks
            #expect(blocks.rows == 2)
            #expect(blocks.body == Self.row + Self.row)
        }
        let dated: [UInt8] = [0, 2, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 2, 0x79, 0x7a]
        let (blocks, cursors) = try write([Self.header + Self.row, dated], ["a"], hasCursor: true)
        #expect(cursors == [nil, [0x79, 0x7a]])
        #expect(blocks.body == [0, 1, 0, 0, 0, 1, 0x78, 0, 1, 0xff, 0xff, 0xff, 0xff])
    }

    @Test func `an extension of the header is passed over`() throws {
        var header = Self.header
        header[18] = 3
        #expect(try write([header + [1, 2, 3] + Self.row], ["a", "b"]).blocks.body == Self.row)
    }

    @Test func `what is no row is an error, wherever it is cut`() {
        for end in 1..<Self.row.count {
            #expect(throws: ConnectorError.self) { try write([Array(Self.row[..<end])], ["a"], hasCursor: true) }
        }
        // What the signature is missing from is a row, and none of two columns.
        for end in 1..<Self.header.count {
            #expect(throws: ConnectorError.self) { try write([Array(Self.header[..<end])], ["a", "b"]) }
        }
        let strange: [[UInt8]] = [
            Self.row + [0], [0, 3] + Self.row[2...], [0, 0], [0xff, 0xff, 0], [0xff, 0xfe],
            [0, 2, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3, 4, 5, 6], [0, 2, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff],
        ]
        for row in strange {
            #expect(throws: ConnectorError.self, "\(row)") { try write([row], ["a"], hasCursor: true) }
        }
        var header = Self.header
        header[15] = 0xff
        #expect(throws: ConnectorError.self) { try write([header + Self.row], ["a", "b"]) }
    }
}
