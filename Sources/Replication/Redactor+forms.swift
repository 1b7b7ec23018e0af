import JSON

extension Redactor {
    /// The ways in which a secret is found in texts: as it is, as JSON and programming languages write strings, and as
    /// URLs carry it. What a connector hashes or encodes in another way is not found.
    static func forms(of secret: String) -> [[UInt8]] {
        let json = Array(JSON.string(secret).bytes.dropFirst().dropLast())
        // Logs come line by line, keys in several lines do not.
        let lines = secret.split(whereSeparator: \.isNewline).filter { $0.utf8.count >= 16 }
        return [Array(secret.utf8), json, ascii(json), quoted(secret), ascii(quoted(secret))]
            + ["", "/"].flatMap { [percentEncoded(secret, but: $0), percentEncoded(secret, but: $0, plus: true)] }
            + lines.map { Array($0.utf8) }
    }

    /// As between single quotes in Python or JavaScript.
    private static func quoted(_ secret: String) -> [UInt8] {
        Array(
            secret.utf8.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false).map { part in
                JSON.string(String(decoding: part, as: UTF8.self)).bytes.dropFirst().dropLast()
            }.joined(separator: [UInt8(ascii: "\"")]))
    }

    /// As writers of JSON put it that stay within ASCII.
    private static func ascii(_ text: [UInt8]) -> [UInt8] {
        String(decoding: text, as: UTF8.self).utf16.flatMap { unit -> [UInt8] in
            if unit < 0x80 { return [UInt8(unit)] }
            let digits = String(unit, radix: 16)
            return Array("\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
        }
    }

    private static func percentEncoded(_ secret: String, but kept: String, plus: Bool = false) -> [UInt8] {
        secret.utf8.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                return [byte]
            case _ where "-._~".utf8.contains(byte) || kept.utf8.contains(byte): return [byte]
            case 0x20 where plus: return [UInt8(ascii: "+")]
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                return Array("%\(digits.count < 2 ? "0" : "")\(digits)".utf8)
            }
        }
    }
}
