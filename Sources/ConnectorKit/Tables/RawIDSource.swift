/// Makes the values of `_airbyte_raw_id`: random UUIDs from a generator that is seeded once, since asking the system
/// for each row would cost more than the row itself.
package struct RawIDSource {
    private static let digits = Array("0123456789abcdef".utf8)

    private var state: (UInt64, UInt64)

    package init() {
        var system = SystemRandomNumberGenerator()
        state = (system.next(), system.next())
    }

    package mutating func append(to bytes: inout [UInt8]) {
        let high = next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        write(high >> 32, 8, &bytes)
        bytes.append(45)
        write(high >> 16, 4, &bytes)
        bytes.append(45)
        write(high, 4, &bytes)
        bytes.append(45)
        write(low >> 48, 4, &bytes)
        bytes.append(45)
        write(low, 12, &bytes)
    }

    private func write(_ value: UInt64, _ count: Int, _ bytes: inout [UInt8]) {
        for place in stride(from: (count - 1) * 4, through: 0, by: -4) {
            bytes.append(Self.digits[Int(truncatingIfNeeded: value >> UInt64(place) & 15)])
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
