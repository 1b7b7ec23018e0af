import JSON
import Time

extension RowCoercer {
    mutating func string(_ value: JSONScanner.Span, _ line: UnsafeBufferPointer<UInt8>) -> Result {
        if value.kind == .number {
            bytes += value.slice(of: line)
            return .written
        }
        guard value.kind == .string else { return json(value, line) }
        let inner = UnsafeBufferPointer(rebasing: line[(value.start + 1)..<(value.end - 1)])
        if value.traits.isDisjoint(with: [.escape, .nonASCII]) {
            bytes += inner
            return .written
        }
        if !value.traits.contains(.escape), isValid(inner) {
            bytes += inner
            return .written
        }
        let text = value.string(in: line) ?? ""
        guard text.utf8.contains(0) else {
            bytes += text.utf8
            return .written
        }
        bytes += text.utf8.filter { $0 != 0 }
        return .writtenWithout(.serialization)
    }

    mutating func json(_ value: JSONScanner.Span, _ line: UnsafeBufferPointer<UInt8>) -> Result {
        let slice = value.slice(of: line)
        // No database takes 1e999999 for a number.
        if value.traits.contains(.oddNumber) { return .unfit(.size) }
        if value.traits.isDisjoint(with: [.unicodeEscape, .nonASCII])
            || !value.traits.contains(.unicodeEscape) && isValid(slice)
        {
            bytes += slice
            return .written
        }
        guard let parsed = try? JSON.parse(slice) else { return .unfit(.serialization) }
        var hasNUL = false
        parsed.withoutNUL(&hasNUL).write(into: &bytes)
        return hasNUL ? .writtenWithout(.serialization) : .written
    }

    func integer(_ value: JSONScanner.Span, _ line: UnsafeBufferPointer<UInt8>) -> Result {
        guard let number = numeral(value, line) else { return .unfit(.typecast) }
        // Digits that a Double would round away.
        let text = withoutZeroFraction(number)
        if let integer = plainInteger(text) { return .cell(.integer(integer)) }
        if isDigits(text) { return .unfit(.size) }
        // 2.50e1 and 1e3 are whole, 2.5 is not.
        guard let double = Double(String(decoding: text, as: UTF8.self)), double == double.rounded() else {
            return .unfit(.typecast)
        }
        return Int64(exactly: double).map { .cell(.integer($0)) } ?? .unfit(.size)
    }

    mutating func number(_ value: JSONScanner.Span, _ line: UnsafeBufferPointer<UInt8>) -> Result {
        if let text = numeral(value, line) {
            if value.traits.contains(.oddNumber), !fitsNumeric(text) { return .unfit(.size) }
            bytes += text
            return .written
        }
        switch value.string(in: line)?.lowercased() {
        case "nan": bytes += "NaN".utf8
        case "infinity", "+infinity", "inf", "-infinity", "-inf":
            guard takesInfinity else { return .unfit(.typecast) }
            if value.string(in: line)?.first == "-" { bytes.append(UInt8(ascii: "-")) }
            bytes += "Infinity".utf8
        default: return .unfit(.typecast)
        }
        return .written
    }

    func boolean(_ value: JSONScanner.Span, _ line: UnsafeBufferPointer<UInt8>) -> Result {
        switch value.kind {
        case .true: return .cell(.bool(true))
        case .false: return .cell(.bool(false))
        case .string:
            switch value.string(in: line)?.lowercased() {
            case "true": return .cell(.bool(true))
            case "false": return .cell(.bool(false))
            default: return .unfit(.typecast)
            }
        default: return .unfit(.typecast)
        }
    }

    mutating func temporal(
        _ value: JSONScanner.Span, _ type: ColumnType, _ line: UnsafeBufferPointer<UInt8>
    ) -> Result {
        guard value.kind == .string, value.traits.isEmpty else { return .unfit(.typecast) }
        let text = UnsafeBufferPointer(rebasing: line[(value.start + 1)..<(value.end - 1)])
        if type != .time, type != .timeWithTimezone, let infinity = infinity(text) {
            bytes += infinity.utf8
            return .written
        }
        guard let time = CivilTime(text) else { return .unfit(.typecast) }
        switch type {
        case .date:
            guard let date = time.date else { return .unfit(.typecast) }
            CivilTime.write(date, into: &bytes)
            CivilTime.writeEra(date, into: &bytes)
        case .time, .timeWithTimezone:
            guard time.date == nil, let microseconds = time.microseconds else { return .unfit(.typecast) }
            CivilTime.write(time: microseconds, into: &bytes)
            if type == .timeWithTimezone { CivilTime.write(offset: time.offset ?? 0, into: &bytes) }
        default:
            let isLocal = type == .timestamp
            guard let moment = isLocal ? time.local : time.inUTC, CivilTime.fitsTimestamp(moment.date) else {
                return .unfit(.typecast)
            }
            CivilTime.write(moment.date, into: &bytes)
            bytes.append(UInt8(ascii: "T"))
            CivilTime.write(time: moment.microseconds, into: &bytes)
            if !isLocal { bytes.append(UInt8(ascii: "Z")) }
            CivilTime.writeEra(moment.date, into: &bytes)
        }
        return .written
    }

    private func infinity(_ text: UnsafeBufferPointer<UInt8>) -> String? {
        guard let last = text.last, last | 0x20 == UInt8(ascii: "y") else { return nil }
        switch String(decoding: text, as: UTF8.self).lowercased() {
        case "infinity": return "infinity"
        case "-infinity": return "-infinity"
        default: return nil
        }
    }

    /// Whether Postgres' numeric can hold the number, which is written without an exponent.
    private func fitsNumeric(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let whole = text.prefix { $0 &- 48 < 10 || $0 == UInt8(ascii: "-") }
        let fraction = text.dropFirst(whole.count + 1)
        return whole.count <= 131_072 && fraction.count <= 16_383
            && !text.contains { $0 | 0x20 == UInt8(ascii: "e") }
    }

    /// The text of a number, also of one inside a string; nil for anything else.
    private func numeral(
        _ value: JSONScanner.Span, _ line: UnsafeBufferPointer<UInt8>
    ) -> UnsafeBufferPointer<UInt8>? {
        if value.kind == .number { return value.slice(of: line) }
        guard value.kind == .string, value.traits.isEmpty else { return nil }
        let inner = UnsafeBufferPointer(rebasing: line[(value.start + 1)..<(value.end - 1)])
        var scanner = JSONScanner(inner)
        guard let span = scanner.value(), span.kind == .number, span.traits.isEmpty, span.end == inner.count,
            span.start == 0
        else { return nil }
        return inner
    }

    /// `2.00` as `2`; anything else as it is.
    private func withoutZeroFraction(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        guard let point = text.firstIndex(of: UInt8(ascii: ".")),
            text[(point + 1)...].allSatisfy({ $0 == UInt8(ascii: "0") })
        else { return text }
        return UnsafeBufferPointer(rebasing: text[..<point])
    }

    private func isDigits(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        text.dropFirst(text.first == UInt8(ascii: "-") ? 1 : 0).allSatisfy { $0 &- 48 < 10 }
    }

    private func plainInteger(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        let isNegative = text.first == UInt8(ascii: "-")
        var value: Int64 = 0
        for byte in text.dropFirst(isNegative ? 1 : 0) {
            let digit = byte &- 48
            guard digit < 10 else { return nil }
            // Counted downwards, since the lowest number has no positive twin.
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.subtractingReportingOverflow(Int64(digit))
            if overflow || carry { return nil }
            value = sum
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    private func isValid(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        String(validating: text, as: UTF8.self) != nil
    }
}

extension JSON {
    /// The value without NUL characters in its texts and keys; `found` tells whether there were any.
    fileprivate func withoutNUL(_ found: inout Bool) -> JSON {
        func clean(_ text: String, _ found: inout Bool) -> String {
            guard text.utf8.contains(0) else { return text }
            found = true
            return String(decoding: text.utf8.filter { $0 != 0 }, as: UTF8.self)
        }
        switch self {
        case .string(let text): return .string(clean(text, &found))
        case .array(let elements): return .array(elements.map { $0.withoutNUL(&found) })
        case .object(let object):
            return .object(JSONObject(object.map { (clean($0.key, &found), $0.value.withoutNUL(&found)) }))
        default: return self
        }
    }
}
