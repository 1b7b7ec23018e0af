import CScan
import JSON

/// A walk over the members of one JSON object, by their bytes. Of nested values only the ends are looked for.
struct MemberWalk {
    private let base: UnsafePointer<UInt8>
    private let count: Int
    private var at = 0
    private var isFirst = true
    /// The key's token with its quotes.
    private(set) var key = 0..<0
    private(set) var keyIsEscaped = false
    private(set) var value = 0..<0

    init(_ data: UnsafeBufferPointer<UInt8>) throws(RecordDataError) {
        guard let base = data.baseAddress else { throw RecordDataError(code: .notAnObject, offset: 0) }
        self.base = base
        count = data.count
        skipSpace()
        guard take(UInt8(ascii: "{")) else { throw RecordDataError(code: .notAnObject, offset: at) }
    }

    /// Steps to the next member; false behind the last one, where nothing but white space may follow.
    mutating func next() throws(RecordDataError) -> Bool {
        skipSpace()
        if isFirst {
            isFirst = false
            if take(UInt8(ascii: "}")) { return try end() }
        } else {
            if take(UInt8(ascii: "}")) { return try end() }
            guard take(UInt8(ascii: ",")) else { throw broken }
            skipSpace()
        }
        let start = at
        keyIsEscaped = try string()
        key = start..<at
        skipSpace()
        guard take(UInt8(ascii: ":")) else { throw broken }
        skipSpace()
        try skipValue()
        return true
    }

    private mutating func end() throws(RecordDataError) -> Bool {
        skipSpace()
        guard at == count else { throw broken }
        return false
    }

    private mutating func skipValue() throws(RecordDataError) {
        guard at < count else { throw broken }
        let start = at
        switch base[at] {
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            let end = cscan_nested_end(base, at, count)
            guard end >= 0 else { throw broken }
            at = end
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: try number()
        }
        value = start..<at
    }

    /// Passes over a string; true if it holds escapes.
    private mutating func string() throws(RecordDataError) -> Bool {
        guard at < count, base[at] == UInt8(ascii: "\"") else { throw broken }
        var escapes: CInt = 0
        let end = cscan_string_end(base, at + 1, count, &escapes)
        guard end >= 0 else { throw broken }
        at = end + 1
        return escapes != 0
    }

    private mutating func word(_ word: StaticString) throws(RecordDataError) {
        let length = word.utf8CodeUnitCount
        guard count - at >= length else { throw broken }
        for index in 0..<length where base[at + index] != word.utf8Start[index] { throw broken }
        at += length
    }

    private mutating func number() throws(RecordDataError) {
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) { try digits() }
        guard at < count, base[at] | 0x20 == UInt8(ascii: "e") else { return }
        at += 1
        if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
        try digits()
    }

    private mutating func digits() throws(RecordDataError) {
        let start = at
        while at < count, base[at] &- 48 < 10 { at += 1 }
        guard at > start else { throw broken }
    }

    private mutating func skipSpace() {
        while at < count, base[at] <= 32, base[at] == 32 || base[at] == 10 || base[at] == 13 || base[at] == 9 {
            at += 1
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard at < count, base[at] == byte else { return false }
        at += 1
        return true
    }

    var broken: RecordDataError { RecordDataError(code: .malformed, offset: at) }
}
