/// A random identifier of 128 bits (RFC 9562, version 4), written in lower case.
package struct UUID: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// A new one, from the kernel's random source.
    package init() {
        var random = SystemRandomNumberGenerator()
        var bytes = (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        description = String(decoding: text, as: UTF8.self)
    }

    /// Reads the 36-character form in either case; nil for anything else.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { return nil }
        for (index, byte) in bytes.enumerated() {
            if [8, 13, 18, 23].contains(index) {
                guard byte == UInt8(ascii: "-") else { return nil }
            } else {
                switch byte {
                case 48...57, 65...70, 97...102: break
                default: return nil
                }
            }
        }
        description = text.lowercased()
    }

    /// The id that Airbyte gives to its default organization and user.
    package static let zero = UUID(unchecked: "00000000-0000-0000-0000-000000000000")

    private init(unchecked text: String) { description = text }
}
