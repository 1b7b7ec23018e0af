import Time

/// Makes the values of `_airbyte_raw_id`: UUIDs of version 7, whose texts sort as they were made. Time and randomness are
/// asked for once, since asking the system for each row would cost more than the row itself.
package struct RawIDSource {
    /// Of the text of one id, in bytes.
    package static let length = 36
    private static let digits = Array("0123456789abcdef".utf8)
    /// The digits of each byte, two by two.
    private static let pairs: [(UInt8, UInt8)] = (0..<256).map { (digits[$0 >> 4], digits[$0 & 15]) }

    private let pairs = Self.pairs
    private let milliseconds: UInt64
    /// Of 42 bits, begun in the lower half of what they hold.
    private var counter: UInt64
    private var state: (UInt64, UInt64)

    package init() {
        var system = SystemRandomNumberGenerator()
        milliseconds = UInt64(max(0, SystemClock().now.microseconds / 1000))
        counter = system.next() >> 23
        state = (system.next(), system.next())
    }

    package mutating func append(to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes += repeatElement(0, count: Self.length)
        bytes.withUnsafeMutableBytes { buffer in
            if let base = buffer.baseAddress { write(to: base + start) }
        }
    }

    /// Writes the next id's `length` bytes.
    package mutating func write(to place: UnsafeMutableRawPointer) {
        counter &+= 1
        let high = milliseconds << 16 | 0x7000 | counter >> 30 & 0xFFF
        let low = 0x8000_0000_0000_0000 | (counter & 0x3FFF_FFFF) << 32 | next() >> 32
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

    /// xoroshiro128+.
    private mutating func next() -> UInt64 {
        let a = state.0
        let b = state.1 ^ a
        let result = state.0 &+ state.1
        state.0 = (a << 24 | a >> 40) ^ b ^ b << 16
        state.1 = b << 37 | b >> 27
        return result
    }
}
