/// A place in a server's write-ahead log: a number of bytes since the log began.
package struct PostgresLSN: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let value: UInt64

    package init(_ value: UInt64) { self.value = value }

    /// Reads what the server writes, such as `16/B374D848`.
    package init?(_ text: String) {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, let high = UInt32(halves[0], radix: 16), let low = UInt32(halves[1], radix: 16) else {
            return nil
        }
        value = UInt64(high) << 32 | UInt64(low)
    }

    package static func < (a: PostgresLSN, b: PostgresLSN) -> Bool { a.value < b.value }

    package var description: String {
        String(value >> 32, radix: 16, uppercase: true) + "/"
            + String(value & 0xffff_ffff, radix: 16, uppercase: true)
    }
}
