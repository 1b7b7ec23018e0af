extension Instant {
    /// `2026-01-31T09:30:00Z`; with a fraction of 3 or 6 digits only where there is one. Seconds are always written.
    package var iso8601: String {
        let days = floorDivide(microseconds, 86_400_000_000)
        let date = CivilDate(daysSinceEpoch: days)
        let inDay = microseconds - days * 86_400_000_000
        let fraction = inDay % 1_000_000
        let seconds = inDay / 1_000_000
        let year = padded(Int64(date.year), 4)
        return String(unsafeUninitializedCapacity: year.utf8.count + 23) { text in
            var writer = DigitWriter(text)
            for byte in year.utf8 { writer.put(byte) }
            writer.put("-", Int64(date.month), 2)
            writer.put("-", Int64(date.day), 2)
            writer.put("T", seconds / 3600, 2)
            writer.put(":", seconds / 60 % 60, 2)
            writer.put(":", seconds % 60, 2)
            if fraction != 0 {
                let isMilliseconds = fraction % 1000 == 0
                writer.put(".", isMilliseconds ? fraction / 1000 : fraction, isMilliseconds ? 3 : 6)
            }
            writer.put(UInt8(ascii: "Z"))
            return writer.count
        }
    }

    /// Reads RFC 3339 (`T` or a space between date and time, `Z` or an offset, any number of fraction digits).
    ///
    /// A text with no zone is taken as UTC; a bare date is its midnight. Anything else gives nil.
    package init?(iso8601 text: some StringProtocol) {
        var reader = DigitReader(text.utf8)
        guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"),
            let day = reader.number(2), (1...12).contains(month),
            (1...CivilDate.daysIn(month: month, year: year)).contains(day)
        else { return nil }
        var micros = CivilDate(year: year, month: month, day: day).daysSinceEpoch * 86_400_000_000
        if reader.atEnd {
            microseconds = micros
            return
        }
        guard reader.take("T") || reader.take("t") || reader.take(" "), let hour = reader.number(2), reader.take(":"),
            let minute = reader.number(2), hour < 24, minute < 60
        else { return nil }
        micros += Int64(hour) * 3_600_000_000 + Int64(minute) * 60_000_000
        if reader.take(":") {
            guard let second = reader.number(2), second <= 60 else { return nil }
            micros += Int64(second) * 1_000_000
            if reader.take(".") {
                guard let fraction = reader.fraction() else { return nil }
                micros += fraction
            }
        }
        guard let offset = reader.zone() else { return nil }
        microseconds = micros - offset * 1_000_000
    }
}

private func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value.magnitude)
    let zeros = String(repeating: "0", count: max(0, width - digits.count))
    return (value < 0 ? "-" : "") + zeros + digits
}

private struct DigitWriter {
    private let text: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(_ text: UnsafeMutableBufferPointer<UInt8>) { self.text = text }

    mutating func put(_ byte: UInt8) {
        text[count] = byte
        count += 1
    }

    /// A mark and the last `width` digits of a number that is not negative.
    mutating func put(_ mark: Unicode.Scalar, _ number: Int64, _ width: Int) {
        put(UInt8(ascii: mark))
        var rest = number
        for place in stride(from: count + width - 1, through: count, by: -1) {
            text[place] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
        count += width
    }
}

private struct DigitReader<Bytes: Collection> where Bytes.Element == UInt8 {
    private var rest: Bytes.SubSequence

    init(_ bytes: Bytes) { rest = bytes[...] }

    var atEnd: Bool { rest.isEmpty }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let first = rest.first, UInt32(first) == character.value else { return false }
        rest = rest.dropFirst()
        return true
    }

    mutating func number(_ width: Int) -> Int? {
        let head = rest.prefix(width)
        guard head.count == width, head.allSatisfy({ (48...57).contains($0) }) else { return nil }
        rest = rest.dropFirst(width)
        return head.reduce(0) { $0 * 10 + Int($1 - 48) }
    }

    /// Microseconds from the digits after the point; digits beyond the sixth are cut.
    mutating func fraction() -> Int64? {
        let digits = rest.prefix { (48...57).contains($0) }
        guard !digits.isEmpty else { return nil }
        rest = rest.dropFirst(digits.count)
        var value: Int64 = 0
        var place: Int64 = 100_000
        for digit in digits.prefix(6) {
            value += Int64(digit - 48) * place
            place /= 10
        }
        return value
    }

    /// Seconds east of UTC.
    mutating func zone() -> Int64? {
        if atEnd { return 0 }
        if take("Z") || take("z") { return atEnd ? 0 : nil }
        let sign: Int64
        if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
        guard let hours = number(2) else { return nil }
        _ = take(":")
        let minutes = atEnd ? 0 : number(2)
        guard let minutes, atEnd, hours < 24, minutes < 60 else { return nil }
        return sign * Int64(hours * 3600 + minutes * 60)
    }
}
