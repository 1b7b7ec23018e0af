import CScan
import Glibc
import JSON

/// A walk over one line, which can be stopped at the opening brace of a record's `data` and gone on with later.
///
/// Of a repeated key the last counts, as in the JSON parser.
struct EnvelopeWalk {
    private typealias Bytes = UnsafePointer<UInt8>

    private(set) var at = 0
    var envelope = Envelope(kind: .other)
    private var isInRecord = false
    private var isBroken = false
    /// Set once the root's closing brace was passed.
    private var isDone = false
    private var hasRecord = false
    private var hasData = false
    /// The namespace is neither a string nor null.
    private var isMisnamed = false

    /// Walks to the first `data` of the record that is an object; false if the line ends or breaks before.
    mutating func reachData(_ base: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        envelope.kind = .garbage
        skipSpace(base, count)
        guard take("{", base, count) else {
            isBroken = true
            return false
        }
        return members(base, count, first: true, stoppingAtData: true)
    }

    /// Walks on from `data` to the end of the line.
    mutating func finish(_ base: UnsafePointer<UInt8>, _ count: Int) -> Envelope {
        let start = at
        hasData = true
        if skipNested(base, count) {
            envelope.data = nonEmpty(start..<at, base)
            _ = members(base, count, first: false, stoppingAtData: false)
        }
        return end(base, count)
    }

    /// The envelope of what was walked: garbage unless the line holds one whole object and nothing behind it.
    mutating func end(_ base: UnsafePointer<UInt8>, _ count: Int) -> Envelope {
        skipSpace(base, count)
        guard !isBroken, isDone, at == count else { return .garbage }
        if envelope.kind == .record, !hasRecord || isMisnamed || envelope.stream == nil || envelope.data == nil {
            return Envelope(kind: .malformedRecord)
        }
        if envelope.kind != .record { return Envelope(kind: envelope.kind) }
        return envelope
    }

    /// Walks the members of the record, then those of the root. True when it stopped at `data`.
    private mutating func members(_ base: Bytes, _ count: Int, first: Bool, stoppingAtData: Bool) -> Bool {
        var isFirst = first
        while true {
            skipSpace(base, count)
            if take("}", base, count), !isBroken {
                if !isInRecord {
                    isDone = true
                    return false
                }
                isInRecord = false
                isFirst = false
                continue
            }
            if !isFirst {
                guard take(",", base, count) else { return fail() }
                skipSpace(base, count)
            }
            isFirst = false
            guard let key = string(base, count) else { return fail() }
            skipSpace(base, count)
            guard take(":", base, count) else { return fail() }
            skipSpace(base, count)
            guard at < count else { return fail() }
            if isInRecord {
                if stoppingAtData, base[at] == UInt8(ascii: "{"), matches(key, "data", base) { return true }
                guard recordMember(key, base, count) else { return fail() }
            } else {
                if base[at] == UInt8(ascii: "{"), matches(key, "record", base) {
                    at += 1
                    enterRecord()
                    isFirst = true
                    continue
                }
                guard rootMember(key, base, count) else { return fail() }
            }
        }
    }

    private mutating func enterRecord() {
        let kind = envelope.kind
        let isSecond = hasRecord
        envelope = Envelope(kind: kind, recordBody: at, isAmbiguous: isSecond, prefix: envelope.prefix)
        isInRecord = true
        hasRecord = true
        hasData = false
        isMisnamed = false
    }

    private mutating func rootMember(_ key: Range<Int>, _ base: Bytes, _ count: Int) -> Bool {
        if matches(key, "type", base) {
            guard let value = string(base, count) else {
                envelope.kind = .garbage
                return skipValue(base, count)
            }
            envelope.kind = kind(value, base)
            return true
        }
        if matches(key, "record", base) { hasRecord = false }
        return skipValue(base, count)
    }

    private mutating func recordMember(_ key: Range<Int>, _ base: Bytes, _ count: Int) -> Bool {
        let start = at
        let opening = base[at]
        guard skipValue(base, count) else { return false }
        let value = start..<at
        let isNull = value.count == 4 && opening == UInt8(ascii: "n")
        let isString = opening == UInt8(ascii: "\"")
        if matches(key, "stream", base) {
            envelope.stream = isString ? value : nil
        } else if matches(key, "namespace", base) {
            envelope.namespace = value
            isMisnamed = !isString && !isNull
        } else if matches(key, "data", base) {
            if hasData { envelope.isAmbiguous = true }
            hasData = true
            envelope.data = opening == UInt8(ascii: "{") ? nonEmpty(value, base) : nil
        } else if matches(key, "emitted_at", base) {
            envelope.emittedAt = value
        } else {
            envelope.hasExtras = true
            if matches(key, "meta", base) {
                envelope.meta = value
            } else if matches(key, "file_reference", base) || matches(key, "file", base) {
                envelope.file = value
            }
        }
        return true
    }

    private func kind(_ value: Range<Int>, _ base: Bytes) -> Envelope.Kind {
        if matches(value, "RECORD", base) { return .record }
        if matches(value, "STATE", base) { return .state }
        if matches(value, "ROWS", base) { return .rows }
        if matches(value, "LOG", base) { return .log }
        if matches(value, "TRACE", base) { return .trace }
        if matches(value, "CONTROL", base) { return .control }
        if matches(value, "SPEC", base) { return .spec }
        if matches(value, "CONNECTION_STATUS", base) { return .connectionStatus }
        if matches(value, "CATALOG", base) { return .catalog }
        if matches(value, "DESTINATION_CATALOG", base) { return .destinationCatalog }
        return .other
    }

    /// Nil for an object with nothing but white space inside.
    private func nonEmpty(_ range: Range<Int>, _ base: Bytes) -> Range<Int>? {
        for index in range.dropFirst().dropLast() where !Self.isSpace(base[index]) { return range }
        return nil
    }

    /// Whether the string, given with its quotes, says the word.
    private func matches(_ token: Range<Int>, _ word: StaticString, _ base: Bytes) -> Bool {
        let length = word.utf8CodeUnitCount
        if token.count == length + 2 { return memcmp(base + token.lowerBound + 1, word.utf8Start, length) == 0 }
        // A longer token can say the same with escapes.
        guard token.count > length + 2, token.count <= length * 6 + 2,
            memchr(base + token.lowerBound, CInt(UInt8(ascii: "\\")), token.count) != nil
        else { return false }
        let text = try? JSON.parse(UnsafeBufferPointer(start: base + token.lowerBound, count: token.count))
        return text?.stringValue == word.description
    }

    /// The string that starts here, its quotes included.
    private mutating func string(_ base: Bytes, _ count: Int) -> Range<Int>? {
        guard at < count, base[at] == UInt8(ascii: "\"") else { return nil }
        var escapes: CInt = 0
        let end = cscan_string_end(base, at + 1, count, &escapes)
        guard end >= 0 else { return nil }
        let token = at..<end + 1
        at = end + 1
        return token
    }

    private mutating func skipNested(_ base: Bytes, _ count: Int) -> Bool {
        let end = cscan_nested_end(base, at, count)
        guard end >= 0 else { return fail() }
        at = end
        return true
    }

    private mutating func skipValue(_ base: Bytes, _ count: Int) -> Bool {
        switch base[at] {
        case UInt8(ascii: "\""): return string(base, count) != nil
        case UInt8(ascii: "{"), UInt8(ascii: "["): return skipNested(base, count)
        default: return skipScalar(base, count)
        }
    }

    private mutating func skipScalar(_ base: Bytes, _ count: Int) -> Bool {
        let start = at
        var isPlainInteger = true
        while at < count {
            let byte = base[at]
            if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || Self.isSpace(byte) { break }
            if byte < 48 || byte > 57 { isPlainInteger = false }
            at += 1
        }
        guard at > start else { return false }
        if isPlainInteger, at - start == 1 || base[start] != 48 { return true }
        return (try? JSON.parse(UnsafeBufferPointer(start: base + start, count: at - start))) != nil
    }

    private mutating func skipSpace(_ base: Bytes, _ count: Int) {
        while at < count, Self.isSpace(base[at]) { at += 1 }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 10 || byte == 13 || byte == 9 }

    private mutating func take(_ byte: Unicode.Scalar, _ base: Bytes, _ count: Int) -> Bool {
        guard at < count, base[at] == UInt8(ascii: byte) else { return false }
        at += 1
        return true
    }

    private mutating func fail() -> Bool {
        isBroken = true
        return false
    }
}
