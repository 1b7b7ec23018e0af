import JSON
import Postgres

/// Writes rows in the server's text form as JSON objects.
struct RowWriter {
    private let keys: [[UInt8]]
    private let forms: [SourceColumn.Form]
    private let closing: [UInt8]

    init(_ form: RowForm) {
        let columns = form.columns
        closing = form.closing
        keys = columns.enumerated().map { Array("\($0 == 0 ? "{" : ",")\(JSON.string($1.name).text):".utf8) }
        forms = columns.map(\.form)
    }

    func write(_ row: PostgresRawRow, into out: inout [UInt8]) {
        if keys.isEmpty { out.append(UInt8(ascii: "{")) }
        for index in keys.indices {
            out += keys[index]
            if let field = row[index] {
                Self.write(field, forms[index], into: &out)
            } else {
                out += "null".utf8
            }
        }
        out += closing
    }

    static func write(_ field: UnsafeBufferPointer<UInt8>, _ form: SourceColumn.Form, into out: inout [UInt8]) {
        switch form {
        case .boolean: out += (field.first == UInt8(ascii: "t") ? "true" : "false").utf8
        case .integer: out += field
        case .number, .money:
            // NaN and the infinities are no JSON numbers.
            let last = field.last ?? 0
            if last &- 48 < 10 { out += field } else { quote(field, into: &out) }
        case .text, .date: quote(field, into: &out)
        case .time, .timeWithTimezone, .timestamp, .timestampWithTimezone:
            out.append(UInt8(ascii: "\""))
            writeTime(field, into: &out)
            out.append(UInt8(ascii: "\""))
        case .bytes: writeBase64(hex: field, into: &out)
        case .json, .array, .composite:
            // A line feed between tokens would end the message; inside texts there is none.
            for byte in field { out.append(byte == 10 || byte == 13 ? 32 : byte) }
        }
    }

    private static func quote(_ field: UnsafeBufferPointer<UInt8>, into out: inout [UInt8]) {
        let needsEscape = field.contains { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }
        if needsEscape { return JSON.write(String(decoding: field, as: UTF8.self), into: &out) }
        out.append(UInt8(ascii: "\""))
        out += field
        out.append(UInt8(ascii: "\""))
    }

    /// `2024-01-31 09:30:00+00` becomes `2024-01-31T09:30:00Z`; an era stays behind, and infinity stays as it is.
    private static func writeTime(_ field: UnsafeBufferPointer<UInt8>, into out: inout [UInt8]) {
        var end = field.count
        let isBC = end > 3 && field[end - 1] == UInt8(ascii: "C")
        if isBC { end -= 3 }
        var at = 0
        var zone = end
        var isInTime = false
        while at < end {
            let byte = field[at]
            if byte == 32 {
                out.append(UInt8(ascii: "T"))
            } else if isInTime, byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") {
                zone = at
                break
            } else {
                out.append(byte)
            }
            if byte == UInt8(ascii: ":") { isInTime = true }
            at += 1
        }
        let offset = field[zone..<end]
        if offset.elementsEqual("+00".utf8) {
            out.append(UInt8(ascii: "Z"))
        } else {
            out += offset
            if offset.count == 3 { out += ":00".utf8 }
        }
        if isBC { out += " BC".utf8 }
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The server writes bytes as `\x` and hexadecimal digits.
    private static func writeBase64(hex field: UnsafeBufferPointer<UInt8>, into out: inout [UInt8]) {
        func byte(_ index: Int) -> UInt32 {
            func nibble(_ digit: UInt8) -> UInt32 { UInt32(digit < 58 ? digit &- 48 : (digit | 0x20) &- 87) & 15 }
            return nibble(field[2 + index * 2]) << 4 | nibble(field[3 + index * 2])
        }
        let count = max(0, field.count - 2) / 2
        out.append(UInt8(ascii: "\""))
        for start in stride(from: 0, to: count, by: 3) {
            let left = count - start
            let group = byte(start) << 16 | (left > 1 ? byte(start + 1) << 8 : 0) | (left > 2 ? byte(start + 2) : 0)
            out.append(alphabet[Int(group >> 18)])
            out.append(alphabet[Int(group >> 12 & 63)])
            out.append(left > 1 ? alphabet[Int(group >> 6 & 63)] : UInt8(ascii: "="))
            out.append(left > 2 ? alphabet[Int(group & 63)] : UInt8(ascii: "="))
        }
        out.append(UInt8(ascii: "\""))
    }
}
