import CPostgres
import SQL

/// A running `COPY … FROM STDIN`, fed in pieces of any size; nothing else runs on its connection meanwhile.
package final class PostgresCopyIn {
    package enum Format {
        case text
        /// The tuples are appended without the file's header and trailer.
        case binary
    }

    private static let flushSize = 1 << 17
    private static let header: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 13, 10, 0] + [0, 0, 0, 0, 0, 0, 0, 0]
    private static let trailer: [UInt8] = [0xFF, 0xFF]

    private let connection: PostgresConnection
    /// Nil once it has ended.
    private var handle: OpaquePointer?
    private var buffer: [UInt8] = []
    private let format: Format

    /// Begins the copy into a target, such as `table (a, b)`.
    package init(into target: String, _ format: Format, on connection: PostgresConnection) throws {
        self.connection = connection
        self.format = format
        let option = format == .binary ? " WITH (FORMAT binary)" : ""
        handle = try connection.beginCopyIn("COPY \(target) FROM STDIN\(option)")
        buffer.reserveCapacity(Self.flushSize)
        if format == .binary { buffer += Self.header }
    }

    /// Sends `bytes`, now or with what follows; blocks while the server does not keep up. Throws the server's reason
    /// where it ended the copy.
    package func append(_ bytes: UnsafeRawBufferPointer) throws {
        if buffer.count + bytes.count > Self.flushSize { try flush() }
        if bytes.count >= Self.flushSize { return try send(bytes) }
        buffer.append(contentsOf: bytes)
    }

    package func append(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try append($0) }
    }

    /// Ends the copy, and returns how many rows the server took.
    @discardableResult
    package func finish() throws -> Int {
        if format == .binary { buffer += Self.trailer }
        try flush()
        guard let handle else { return 0 }
        self.handle = nil
        _ = PQputCopyEnd(handle, nil)
        return try connection.endCopyIn()
    }

    /// Ends the copy so that nothing of it stays.
    package func abandon() {
        guard let handle else { return }
        self.handle = nil
        _ = PQputCopyEnd(handle, "abandoned by the client")
        _ = try? connection.endCopyIn()
    }

    private func flush() throws {
        try buffer.withUnsafeBytes { try send($0) }
        buffer.removeAll(keepingCapacity: true)
    }

    private func send(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let handle else { throw DatabaseError(.other, "The copy has ended.") }
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 24))
            // Reading first shows an error that the server sent meanwhile; without it a failed copy is fed to the end.
            guard PQconsumeInput(handle) == 1,
                PQputCopyData(handle, piece.baseAddress?.assumingMemoryBound(to: CChar.self), CInt(piece.count)) == 1
            else {
                self.handle = nil
                _ = PQputCopyEnd(handle, nil)
                try connection.endCopyIn()
                throw DatabaseError(.unavailable, "The server stopped taking rows.")
            }
            rest = rest.dropFirst(piece.count)
        }
    }
}
