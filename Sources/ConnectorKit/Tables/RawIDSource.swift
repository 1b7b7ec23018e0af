import Time

/// Makes the values of `_airbyte_raw_id`: UUIDs of version 7 (RFC 9562), whose texts sort as they were made.
///
/// The first 48 bits are the time at which a run of a destination began, the next 42 count its rows, the last 32 are
/// random and the same for the whole run. So what a run wrote behind a certain row can be found again.
package final class RawIDSource {
    /// Of the text of one id, in bytes.
    package static let length = 36
    private static let digits = Array("0123456789abcdef".utf8)
    /// The digits of each byte, two by two.
    private static let pairs: [(UInt8, UInt8)] = (0..<256).map { (digits[$0 >> 4], digits[$0 & 15]) }

    private let pairs = RawIDSource.pairs
    private let milliseconds: UInt64
    private let salt: UInt64
    /// How many ids were made.
    private(set) var count: UInt64 = 0

    package init() {
        var system = SystemRandomNumberGenerator()
        milliseconds = UInt64(max(0, SystemClock().now.milliseconds))
        salt = UInt64(system.next() as UInt32)
    }

    /// SQL for what the ids of one run have in common, and no others.
    static func writer(of column: String) -> String { "(substr(\(column), 1, 13) || substr(\(column), 29))" }

    /// SQL for what tells the number of an id within its run; the texts sort as the numbers do.
    static func number(of column: String) -> String { "substr(\(column), 16, 13)" }

    /// This run's value of `writer(of:)`.
    var writer: String {
        let text = text(of: 0)
        return String(text.prefix(13) + text.suffix(8))
    }

    /// The value of `number(of:)` for this or any other run's row; they are counted from 1.
    func number(of row: UInt64) -> String { String(text(of: row).dropFirst(15).prefix(13)) }

    package func append(to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes += repeatElement(0, count: Self.length)
        bytes.withUnsafeMutableBytes { buffer in
            if let base = buffer.baseAddress { write(to: base + start) }
        }
    }

    /// Writes the next id's `length` bytes.
    package func write(to place: UnsafeMutableRawPointer) {
        count += 1
        write(count, to: place)
    }

    private func text(of row: UInt64) -> String {
        String(
            decoding: Array<UInt8>(unsafeUninitializedCapacity: Self.length) { buffer, count in
                if let base = buffer.baseAddress { write(row, to: base) }
                count = Self.length
            }, as: UTF8.self)
    }

    private func write(_ row: UInt64, to place: UnsafeMutableRawPointer) {
        let high = milliseconds << 16 | 0x7000 | row >> 30 & 0xFFF
        let low = 0x8000_0000_0000_0000 | (row & 0x3FFF_FFFF) << 32 | salt
        pairs.withUnsafeBufferPointer { pairs in
            var at = 0
            func put(_ value: UInt64, _ shift: Int) {
                let pair = pairs[Int(truncatingIfNeeded: value >> UInt64(shift)) & 255]
                place.storeBytes(of: pair.0, toByteOffset: at, as: UInt8.self)
                place.storeBytes(of: pair.1, toByteOffset: at + 1, as: UInt8.self)
                at += 2
            }
            func hyphen() {
                place.storeBytes(of: UInt8(ascii: "-"), toByteOffset: at, as: UInt8.self)
                at += 1
            }
            for shift in stride(from: 56, through: 32, by: -8) { put(high, shift) }
            hyphen()
            put(high, 24)
            put(high, 16)
            hyphen()
            put(high, 8)
            put(high, 0)
            hyphen()
            put(low, 56)
            put(low, 48)
            hyphen()
            for shift in stride(from: 40, through: 0, by: -8) { put(low, shift) }
        }
    }
}
