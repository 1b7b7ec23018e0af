import CPostgres

/// Takes the bytes of a running `COPY … FROM STDIN`, in pieces of any size.
package final class PostgresCopyWriter {
    /// The server ended the copy; its reason comes with the result.
    struct Stopped: Error {}

    private static let flushSize = 1 << 18

    private var connection: OpaquePointer?
    private var buffer: [UInt8] = []

    init(_ connection: OpaquePointer) {
        self.connection = connection
        buffer.reserveCapacity(Self.flushSize + 4096)
    }

    /// Sends `bytes`, now or with what follows; blocks while the server does not keep up.
    package func append(_ bytes: UnsafeRawBufferPointer) throws {
        if buffer.count + bytes.count > Self.flushSize { try flush() }
        if bytes.count >= Self.flushSize { return try send(bytes) }
        buffer.append(contentsOf: bytes)
    }

    package func append(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try append($0) }
    }

    func flush() throws {
        try buffer.withUnsafeBytes { try send($0) }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Makes a writer that outlived its copy harmless.
    func end() { connection = nil }

    private func send(_ bytes: UnsafeRawBufferPointer) throws {
        guard let connection else { throw Stopped() }
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 24))
            // Reading first shows an error that the server sent meanwhile; without it a failed copy is fed to the end.
            guard PQconsumeInput(connection) == 1,
                PQputCopyData(
                    connection, piece.baseAddress?.assumingMemoryBound(to: CChar.self), CInt(piece.count)) == 1
            else { throw Stopped() }
            rest = rest.dropFirst(piece.count)
        }
    }
}
