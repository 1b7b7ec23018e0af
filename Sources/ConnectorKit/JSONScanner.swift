import JSON

/// Walks over JSON text without building values, checking all of its grammar.
///
/// Once something is malformed `hasFailed` stays true and every function answers nil or false.
package struct JSONScanner {
    package enum Kind: UInt8, Sendable {
        case null, `true`, `false`, number, string, object, array
    }

    /// A value's place in the text; a string's includes its quotes.
    package struct Span {
        package var kind: Kind
        package var start: Int
        package var end: Int
        package var traits: Traits
    }

    /// What was seen anywhere inside a value.
    package struct Traits: OptionSet {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let escape = Traits(rawValue: 1)
        /// `\u`, behind which NUL and lone surrogates hide.
        package static let unicodeEscape = Traits(rawValue: 2)
        package static let nonASCII = Traits(rawValue: 4)
        /// A number of more than 200 characters, or with an exponent of more than three digits.
        package static let oddNumber = Traits(rawValue: 8)
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private let end: Int
    private var at: Int
    private var depth = 0
    private var isFresh = false
    package private(set) var hasFailed = false

    package init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.init(bytes, from: 0, to: bytes.count)
    }

    package init(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) {
        self.bytes = bytes
        self.end = end
        at = start
    }

    /// Whether only white space is left and nothing was malformed.
    package mutating func isAtEnd() -> Bool {
        skipSpace()
        return at == end && !hasFailed
    }

    /// Steps into an object; its members follow by `nextKey` and `value` in turn.
    package mutating func enterObject() -> Bool { enter(UInt8(ascii: "{")) }

    /// The next member's key, quotes included; nil behind the last one.
    package mutating func nextKey() -> Span? {
        guard separate(closing: UInt8(ascii: "}")), at < end, bytes[at] == UInt8(ascii: "\"") else {
            return failIfOpen()
        }
        guard let key = string() else { return nil }
        skipSpace()
        guard take(UInt8(ascii: ":")) else { return fail() }
        return key
    }

    /// Passes over one value.
    package mutating func value() -> Span? {
        skipSpace()
        guard at < end, !hasFailed else { return fail() }
        switch bytes[at] {
        case UInt8(ascii: "\""): return string()
        case UInt8(ascii: "{"), UInt8(ascii: "["): return container()
        case UInt8(ascii: "n"): return word("null", .null)
        case UInt8(ascii: "t"): return word("true", .true)
        case UInt8(ascii: "f"): return word("false", .false)
        default: return number()
        }
    }

    // MARK: Containers

    private var hasClosed = false

    private mutating func enter(_ bracket: UInt8) -> Bool {
        skipSpace()
        guard !hasFailed, take(bracket), depth < JSON.deepestNesting else {
            hasFailed = true
            return false
        }
        depth += 1
        isFresh = true
        return true
    }

    /// Steps to the next member or element; false behind the last one, whose bracket is then consumed.
    private mutating func separate(closing bracket: UInt8) -> Bool {
        hasClosed = false
        guard !hasFailed else { return false }
        skipSpace()
        if take(bracket) {
            depth -= 1
            isFresh = false
            hasClosed = true
            return false
        }
        if !isFresh, !take(UInt8(ascii: ",")) {
            hasFailed = true
            return false
        }
        isFresh = false
        skipSpace()
        return true
    }

    private mutating func failIfOpen() -> Span? {
        if !hasClosed { hasFailed = true }
        return nil
    }

    private mutating func container() -> Span? {
        let start = at
        var traits: Traits = []
        let isObject = bytes[at] == UInt8(ascii: "{")
        if isObject {
            guard enterObject() else { return nil }
            while let key = nextKey() {
                guard let inner = value() else { return nil }
                traits.formUnion(key.traits.union(inner.traits))
            }
        } else {
            guard enter(UInt8(ascii: "[")) else { return nil }
            while separate(closing: UInt8(ascii: "]")) {
                guard let inner = value() else { return nil }
                traits.formUnion(inner.traits)
            }
        }
        if hasFailed { return nil }
        return Span(kind: isObject ? .object : .array, start: start, end: at, traits: traits)
    }

    // MARK: Scalars

    private mutating func string() -> Span? {
        let start = at
        var traits: Traits = []
        at += 1
        while at < end {
            let byte = bytes[at]
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return Span(kind: .string, start: start, end: at, traits: traits)
            case UInt8(ascii: "\\"):
                traits.insert(.escape)
                guard at < end else { return fail() }
                switch bytes[at] {
                case UInt8(ascii: "u"):
                    traits.insert(.unicodeEscape)
                    guard at + 4 < end, (1...4).allSatisfy({ isHex(bytes[at + $0]) }) else { return fail() }
                    at += 5
                case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
                    UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
                    at += 1
                default: return fail()
                }
            case 0..<0x20: return fail()
            case 0x80...: traits.insert(.nonASCII)
            default: break
            }
        }
        return fail()
    }

    private mutating func number() -> Span? {
        let start = at
        var traits: Traits = []
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")), digits() == 0 { return fail() }
        if take(UInt8(ascii: ".")), digits() == 0 { return fail() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            _ = take(UInt8(ascii: "+")) || take(UInt8(ascii: "-"))
            let count = digits()
            if count == 0 { return fail() }
            if count > 3 { traits.insert(.oddNumber) }
        }
        if at - start > 200 { traits.insert(.oddNumber) }
        return Span(kind: .number, start: start, end: at, traits: traits)
    }

    private mutating func digits() -> Int {
        let start = at
        while at < end, bytes[at] &- 48 < 10 { at += 1 }
        return at - start
    }

    private mutating func word(_ word: StaticString, _ kind: Kind) -> Span? {
        let start = at
        let length = word.utf8CodeUnitCount
        guard at + length <= end, (0..<length).allSatisfy({ bytes[at + $0] == word.utf8Start[$0] }) else {
            return fail()
        }
        at += length
        return Span(kind: kind, start: start, end: at, traits: [])
    }

    private mutating func skipSpace() {
        while at < end, bytes[at] == 32 || bytes[at] == 10 || bytes[at] == 13 || bytes[at] == 9 { at += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard at < end, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    private func isHex(_ byte: UInt8) -> Bool {
        byte &- 48 < 10 || (byte | 0x20) &- 97 < 6
    }

    private mutating func fail() -> Span? {
        hasFailed = true
        return nil
    }
}
