package import SQL

/// Reads the fields of a protocol message; one that ends too early throws.
///
/// The bytes stay the caller's and are good only as long as they are.
package struct WireReader {
    package let bytes: UnsafeRawBufferPointer
    package private(set) var position = 0

    package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    package var isAtEnd: Bool { position >= bytes.count }

    package mutating func byte() throws(DatabaseError) -> UInt8 {
        try need(1)
        defer { position += 1 }
        return bytes[position]
    }

    package mutating func uint16() throws(DatabaseError) -> UInt16 { try integer() }
    package mutating func uint32() throws(DatabaseError) -> UInt32 { try integer() }
    package mutating func uint64() throws(DatabaseError) -> UInt64 { try integer() }
    package mutating func int64() throws(DatabaseError) -> Int64 { try integer() }

    /// A text that a zero byte ends.
    package mutating func text() throws(DatabaseError) -> String {
        guard let end = bytes[position...].firstIndex(of: 0) else { throw Self.cut }
        defer { position = end + 1 }
        return String(decoding: bytes[position..<end], as: UTF8.self)
    }

    package mutating func skip(_ count: Int) throws(DatabaseError) {
        try need(count)
        position += count
    }

    private mutating func integer<Number: FixedWidthInteger>() throws(DatabaseError) -> Number {
        let size = MemoryLayout<Number>.size
        try need(size)
        defer { position += size }
        return Number(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: Number.self))
    }

    private func need(_ count: Int) throws(DatabaseError) {
        guard count >= 0, bytes.count - position >= count else { throw Self.cut }
    }

    private static var cut: DatabaseError {
        DatabaseError(.decoding, "The server sent a message that ends too early.")
    }
}
