import Time

/// The one form in which typed tables get dates and times: fixed width, so that texts sort as the times do.
extension CivilTime {
    static func write(_ date: CivilDate, into bytes: inout [UInt8]) {
        let year = date.year > 0 ? date.year : 1 - date.year
        if year > 9999 { bytes += String(year / 10_000).utf8 }
        pad(year % 10_000, 4, &bytes)
        bytes.append(UInt8(ascii: "-"))
        pad(date.month, 2, &bytes)
        bytes.append(UInt8(ascii: "-"))
        pad(date.day, 2, &bytes)
    }

    static func write(time microseconds: Int64, into bytes: inout [UInt8]) {
        let seconds = Int(microseconds / 1_000_000)
        pad(seconds / 3600, 2, &bytes)
        bytes.append(UInt8(ascii: ":"))
        pad(seconds / 60 % 60, 2, &bytes)
        bytes.append(UInt8(ascii: ":"))
        pad(seconds % 60, 2, &bytes)
        bytes.append(UInt8(ascii: "."))
        pad(Int(microseconds % 1_000_000), 6, &bytes)
    }

    static func write(offset seconds: Int64, into bytes: inout [UInt8]) {
        if seconds == 0 { return bytes.append(UInt8(ascii: "Z")) }
        bytes.append(seconds < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        let magnitude = Int(seconds.magnitude)
        pad(magnitude / 3600, 2, &bytes)
        bytes.append(UInt8(ascii: ":"))
        pad(magnitude / 60 % 60, 2, &bytes)
        if magnitude % 60 != 0 {
            bytes.append(UInt8(ascii: ":"))
            pad(magnitude % 60, 2, &bytes)
        }
    }

    /// What must follow the rest of a date before our era.
    static func writeEra(_ date: CivilDate, into bytes: inout [UInt8]) {
        if date.year <= 0 { bytes += " BC".utf8 }
    }

    private static func pad(_ value: Int, _ width: Int, _ bytes: inout [UInt8]) {
        var divisor = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(48 + value / divisor % 10))
            divisor /= 10
        }
    }
}
