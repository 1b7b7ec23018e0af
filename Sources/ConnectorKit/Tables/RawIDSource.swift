/// Makes the values of `_airbyte_raw_id`: UUIDs (version 8, RFC 9562) that hold the row's number and who wrote it.
///
/// The first 48 bits count the rows of one run of a destination, the others are random and the same for the whole run.
/// So the rows that a run wrote behind a certain one can be found again.
package final class RawIDSource {
    /// Of the text of one id, in bytes.
    package static let length = 36
    /// Of the part of the text that tells the row's number.
    static let numberLength = 13
    private static let digits = Array("0123456789abcdef".utf8)
    /// The digits of each byte, two by two.
    private static let pairs: [(UInt8, UInt8)] = (0..<256).map { (digits[$0 >> 4], digits[$0 & 15]) }

    private let pairs = RawIDSource.pairs
    /// What stands behind the number, with the hyphen that parts them.
    private let tail: [UInt8]
    /// How many ids were made.
    private(set) var count: UInt64 = 0

    package init() {
        var system = SystemRandomNumberGenerator()
        var digits = (0..<22).map { _ in Self.digits[Int.random(in: 0..<16, using: &system)] }
        digits[0] = UInt8(ascii: "8")
        digits[5] = Self.digits[Int.random(in: 8..<12, using: &system)]
        (digits[4], digits[9]) = (UInt8(ascii: "-"), UInt8(ascii: "-"))
        tail = [UInt8(ascii: "-")] + digits
    }

    /// What all ids of this run end with, and those of no other.
    var writer: String { String(decoding: tail.dropFirst(), as: UTF8.self) }

    /// What the id of the row with that number, counted from 1, begins with.
    static func text(ofNumber number: UInt64) -> String {
        let digits = String(number, radix: 16)
        let padded = String(repeating: "0", count: max(0, 12 - digits.count)) + digits
        return "\(padded.prefix(8))-\(padded.dropFirst(8))"
    }

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
        pairs.withUnsafeBufferPointer { pairs in
            func put(_ shift: UInt64, at offset: Int) {
                let pair = pairs[Int(truncatingIfNeeded: count >> shift) & 255]
                place.storeBytes(of: pair.0, toByteOffset: offset, as: UInt8.self)
                place.storeBytes(of: pair.1, toByteOffset: offset + 1, as: UInt8.self)
            }
            put(40, at: 0)
            put(32, at: 2)
            put(24, at: 4)
            put(16, at: 6)
            place.storeBytes(of: UInt8(ascii: "-"), toByteOffset: 8, as: UInt8.self)
            put(8, at: 9)
            put(0, at: 11)
        }
        tail.withUnsafeBytes {
            (place + Self.numberLength).copyMemory(from: $0.baseAddress ?? .init(place), byteCount: $0.count)
        }
    }
}
