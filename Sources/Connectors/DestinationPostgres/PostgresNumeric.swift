/// A number as Postgres sends and takes it: digits to the base of 10,000, grouped from the decimal point on.
enum PostgresNumeric {
    /// Appends a number in JSON's grammar, or NaN or ±Infinity, behind its length.
    static func append(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
        let isNegative = text.first == UInt8(ascii: "-")
        let rest = UnsafeBufferPointer(rebasing: text[(isNegative ? 1 : 0)...])
        switch rest.first {
        case UInt8(ascii: "N"): return append(special: 0xC000, to: &bytes)
        case UInt8(ascii: "I"): return append(special: isNegative ? 0xF000 : 0xD000, to: &bytes)
        default: break
        }
        let mantissa = rest.prefix { $0 | 0x20 != UInt8(ascii: "e") }
        let whole = mantissa.prefix { $0 != UInt8(ascii: ".") }.count
        let fraction = max(0, mantissa.count - whole - 1)
        let exponent = mantissa.count == rest.count ? 0 : integer(rest[(mantissa.count + 1)...])
        let point = whole + exponent
        // Of groups in front of the point, rounded up, less one.
        let weight = (point + 3) >> 2 - 1
        let lead = (weight + 1) * 4 - point
        let digits = whole + fraction
        let groups = (lead + digits + 3) / 4
        bytes.put(Int32(clamping: 8 + groups * 2))
        bytes.put(UInt16(clamping: groups))
        bytes.put(Int16(clamping: weight))
        bytes.put(UInt16(isNegative ? 0x4000 : 0))
        bytes.put(Int16(clamping: max(0, fraction - exponent)))
        var group: UInt16 = 0
        for place in lead..<(groups * 4) {
            let digit = place - lead
            let value = digit < digits ? UInt16(rest[digit < whole ? digit : digit + 1] &- 48) : 0
            group = group * 10 + value
            guard place & 3 == 3 else { continue }
            bytes.put(group)
            group = 0
        }
    }

    private static func append(special: UInt16, to bytes: inout [UInt8]) {
        bytes.put(Int32(8))
        bytes.put(Int32(0))
        bytes.put(special)
        bytes.put(Int16(0))
    }

    private static func integer(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
        let digits = text.first.map { $0 &- 48 > 9 } == true ? text.dropFirst() : text
        let value = digits.reduce(0) { $0 * 10 + Int($1 &- 48) }
        return text.first == UInt8(ascii: "-") ? -value : value
    }
}
