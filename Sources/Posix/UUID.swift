/// A random identifier of 128 bits (RFC 9562, version 4), written in lower case.
package struct UUID: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// A new one, from the kernel's random source.
    package init() {
        // Two draws, since each is a system call.
        var random = SystemRandomNumberGenerator()
        let high = random.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = random.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        description = String(unsafeUninitializedCapacity: 36) { text in
            var next = 0
            for digit in 0..<32 {
                if digit == 8 || digit == 12 || digit == 16 || digit == 20 {
                    text[next] = UInt8(ascii: "-")
                    next += 1
                }
                let half = digit < 16 ? high : low
                let value = UInt8(half >> UInt64(60 - digit % 16 * 4) & 15)
                text[next] = value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
                next += 1
            }
            return next
        }
    }

    /// Reads the 36-character form in either case; nil for anything else.
    package init?(_ text: String) {
        var text = text
        let spelling = text.withUTF8 { Self.spelling(of: $0) }
        switch spelling {
        case .lowercase: description = text
        case .mixed: description = text.lowercased()
        case .none: return nil
        }
    }

    private enum Spelling { case lowercase, mixed }

    /// Nil where the bytes are no UUID.
    private static func spelling(of bytes: UnsafeBufferPointer<UInt8>) -> Spelling? {
        guard bytes.count == 36 else { return nil }
        var spelling = Spelling.lowercase
        for index in 0..<36 {
            switch (bytes[index], index) {
            case (UInt8(ascii: "-"), 8), (UInt8(ascii: "-"), 13), (UInt8(ascii: "-"), 18), (UInt8(ascii: "-"), 23):
                break
            case (_, 8), (_, 13), (_, 18), (_, 23): return nil
            case (48...57, _), (97...102, _): break
            case (65...70, _): spelling = .mixed
            default: return nil
            }
        }
        return spelling
    }

    /// The id that Airbyte gives to its default organization and user.
    package static let zero = UUID(unchecked: "00000000-0000-0000-0000-000000000000")

    private init(unchecked text: String) { description = text }
}
