package import JSON

/// Types of JSON values, of which a value that is written as a whole number has two.
package struct JSONTypes: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let null = JSONTypes(rawValue: 1)
    package static let boolean = JSONTypes(rawValue: 2)
    package static let string = JSONTypes(rawValue: 4)
    package static let integer = JSONTypes(rawValue: 8)
    package static let number = JSONTypes(rawValue: 16)
    package static let array = JSONTypes(rawValue: 32)
    package static let object = JSONTypes(rawValue: 64)
    package static let all = JSONTypes(rawValue: 127)

    private static let names: [(String, JSONTypes)] = [
        ("null", .null), ("boolean", .boolean), ("string", .string), ("integer", .integer), ("number", .number),
        ("array", .array), ("object", .object),
    ]

    /// Those that a property's schema lets pass. One that names no type, or a type nobody knows, or alternatives, lets
    /// all pass; of a combined schema only a full validation could tell more.
    package init(schema: JSON) {
        let words = schema["type"].map { $0.arrayValue ?? [$0] } ?? []
        let isCombined = ["oneOf", "anyOf", "allOf", "$ref"].contains { schema[$0] != nil }
        let types = words.compactMap { word in Self.names.first { $0.0 == word.stringValue }?.1 }
        guard !isCombined, !types.isEmpty, types.count == words.count else {
            self = .all
            return
        }
        self = types.reduce([]) { $0.union($1) }
        if contains(.number) { insert(.integer) }
        // protocol.md 1.11: `{type: number, airbyte_type: integer}` is an integer.
        if schema["airbyte_type"] == "integer", remove(.number) != nil { insert(.integer) }
    }

    /// Its names, for a sentence.
    package var text: String {
        let shown = contains(.number) ? subtracting(.integer) : self
        return Self.names.filter { shown.contains($0.1) }.map(\.0).joined(separator: " or ")
    }
}

extension JSONTypes {
    /// The type of a value that `MemberWalk` has passed over.
    static func of(_ value: UnsafeBufferPointer<UInt8>) -> JSONTypes {
        switch value.first {
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "{"): return .object
        default: return isWhole(value) ? .integer : .number
        }
    }

    /// Whether the value has one of these types. Null is no value, so it always fits: sources send it also where their
    /// schema does not say so. Numbers may come as text, the infinities among them (protocol.md 1.11).
    func admits(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
        let type = Self.of(value)
        if type == .null || contains(type) { return true }
        guard type == .string, contains(.number) || contains(.integer), value.count > 2 else { return false }
        return isNumber(String(decoding: value.slice(1, value.count - 1), as: UTF8.self))
    }

    private func isNumber(_ text: String) -> Bool {
        if ["Infinity", "-Infinity", "NaN"].contains(text) { return true }
        guard let number = try? JSON.parse(Array(text.utf8)), case .number(let written) = number else { return false }
        return contains(.number) || Self.isWhole(written.text)
    }

    private static func isWhole(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
        if value.allSatisfy({ $0 &- 48 < 10 || $0 == UInt8(ascii: "-") }) { return true }
        return isWhole(String(decoding: value, as: UTF8.self))
    }

    /// `2.0` and `1e3` are whole numbers too.
    private static func isWhole(_ text: String) -> Bool {
        if text.utf8.allSatisfy({ $0 &- 48 < 10 || $0 == UInt8(ascii: "-") }) { return true }
        return Double(text).map { $0.isFinite && $0.rounded() == $0 } ?? false
    }
}
