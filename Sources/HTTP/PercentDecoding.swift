/// Decodes "%XX", once; nil for a broken escape, a control character, or bytes that are not UTF-8.
///
/// Invalid UTF-8 is refused and not repaired, so that two spellings never meet in one name (overlong forms).
func percentDecoded(_ bytes: some Collection<UInt8>, plusIsSpace: Bool = false, allowingBreaks: Bool = false) -> String?
{
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var rest = bytes.makeIterator()
    while var byte = rest.next() {
        if byte == UInt8(ascii: "%") {
            guard let high = rest.next().flatMap(hexValue), let low = rest.next().flatMap(hexValue) else { return nil }
            byte = high << 4 | low
        } else if plusIsSpace, byte == UInt8(ascii: "+") {
            byte = UInt8(ascii: " ")
        }
        let isBreak = byte == 9 || byte == 10 || byte == 13
        guard byte >= 0x20 && byte != 0x7F || isBreak && allowingBreaks else { return nil }
        decoded.append(byte)
    }
    return String(validating: decoded, as: UTF8.self)
}

private func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
