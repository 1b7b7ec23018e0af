import Time

/// A row on its way into a typed table.
package struct TypedRow {
    /// Milliseconds since the epoch.
    package let extractedAt: Int64
    package let generation: Int64?
    /// Holds the stream's own columns and the meta.
    package let values: RowCoercer

    /// A time as typed tables keep it, always with six digits behind the point.
    package static func text(ofMilliseconds milliseconds: Int64) -> [UInt8] {
        // The years that have four digits.
        let microseconds = min(max(milliseconds, -62_135_596_800_000), 253_402_300_799_999) * 1000
        let days = microseconds >= 0 ? microseconds / CivilTime.day : (microseconds + 1) / CivilTime.day - 1
        var text: [UInt8] = []
        CivilTime.write(CivilDate(daysSinceEpoch: days), into: &text)
        text.append(UInt8(ascii: "T"))
        CivilTime.write(time: microseconds - days * CivilTime.day, into: &text)
        text.append(UInt8(ascii: "Z"))
        return text
    }
}
