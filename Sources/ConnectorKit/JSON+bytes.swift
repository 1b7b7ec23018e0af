package import JSON

/// Values that a database hands over as bytes, appended as JSON without a text in between.
extension JSON {
    /// Appends UTF-8 as a JSON text; what is no UTF-8 in it becomes U+FFFD.
    package static func write(utf8 text: UnsafeBufferPointer<UInt8>, into out: inout [UInt8]) {
        var marks: UInt8 = 0
        for byte in text {
            let isSpecial = byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
            marks |= byte & 0x80 | (isSpecial ? 1 : 0)
        }
        guard marks == 0 || marks == 0x80 && String(validating: text, as: UTF8.self) != nil else {
            return JSON.write(String(decoding: text, as: UTF8.self), into: &out)
        }
        out.append(UInt8(ascii: "\""))
        out.append(contentsOf: text)
        out.append(UInt8(ascii: "\""))
    }

    /// Appends bytes as a JSON text in base64.
    package static func write(base64 bytes: UnsafeBufferPointer<UInt8>, into out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let left = bytes.count - start
            let group =
                UInt32(bytes[start]) << 16 | (left > 1 ? UInt32(bytes[start + 1]) << 8 : 0)
                | (left > 2 ? UInt32(bytes[start + 2]) : 0)
            out.append(base64Alphabet[Int(group >> 18)])
            out.append(base64Alphabet[Int(group >> 12 & 63)])
            out.append(left > 1 ? base64Alphabet[Int(group >> 6 & 63)] : UInt8(ascii: "="))
            out.append(left > 2 ? base64Alphabet[Int(group & 63)] : UInt8(ascii: "="))
        }
        out.append(UInt8(ascii: "\""))
    }

    /// Appends a number in the shortest form that reads back as the same one; NaN and the infinities, which are no
    /// numbers to JSON, as texts.
    package static func write(_ number: Double, into out: inout [UInt8]) {
        if number.isFinite { return out.append(contentsOf: number.description.utf8) }
        let text = number.isNaN ? "\"NaN\"" : number < 0 ? "\"-Infinity\"" : "\"Infinity\""
        out.append(contentsOf: text.utf8)
    }

    /// Appends text that is JSON already, so that it stays on one line; false, with nothing appended, where it is not.
    package static func write(json text: UnsafeBufferPointer<UInt8>, into out: inout [UInt8]) -> Bool {
        var scanner = JSONScanner(text)
        guard let value = scanner.value(), scanner.isAtEnd(),
            !value.traits.contains(.nonASCII) || String(validating: text, as: UTF8.self) != nil
        else { return false }
        // Inside texts there is no line feed.
        out.append(contentsOf: text.lazy.map { $0 == 10 || $0 == 13 ? 32 : $0 })
        return true
    }

    private static let base64Alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
}
