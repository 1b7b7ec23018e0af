import JSON

/// `#/definitions/name`: a way from the root of a schema to something in it (RFC 6901, in a fragment).
struct SchemaPointer {
    private let steps: [String]

    /// The text begins with `#`.
    init(_ text: String) {
        steps = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { step in
            SchemaPointer.unescaped(SchemaPointer.decoded(step))
        }
    }

    func target(in root: JSON) -> JSON? {
        steps.reduce(root as JSON?) { found, step in
            guard let found else { return nil }
            return found.arrayValue == nil ? found[step] : Int(step).flatMap { found[$0] }
        }
    }

    private static func decoded(_ step: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(step.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), digits.utf8.count == 2, let code = UInt8(digits, radix: 16) {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `~1` is a slash, `~0` a tilde.
    private static func unescaped(_ step: String) -> String {
        var result = ""
        var rest = Substring(step)
        while let character = rest.popFirst() {
            if character == "~", rest.first == "1" {
                result.append("/")
                rest = rest.dropFirst()
            } else if character == "~", rest.first == "0" {
                result.append("~")
                rest = rest.dropFirst()
            } else {
                result.append(character)
            }
        }
        return result
    }
}
