import JSON

/// A message with random content, written with random order, spacing and escapes.
struct RandomLine {
    var random: SeededRandom

    private static let texts = [
        "", "a", "users", "{", "}", "\"", "\\", "\\\"", "[{]", "\"}}", "ü€😀", "tab\tnew\nline", "\",\"data\":{",
        "record", "null",
    ]

    mutating func value(depth: Int) -> JSON {
        switch Int.random(in: 0...(depth > 3 ? 5 : 8), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .integer(Int.random(in: -1000...1_000_000, using: &random))
        case 3: return .number(JSONNumber(grammatical: "-12.50e+3"))
        case 4, 5: return .string(text())
        case 6: return .array((0..<Int.random(in: 0...4, using: &random)).map { _ in value(depth: depth + 1) })
        default: return object(depth: depth + 1)
        }
    }

    mutating func object(depth: Int) -> JSON {
        var object = JSONObject()
        for _ in 0..<Int.random(in: 0...5, using: &random) {
            object[text() + String(Int.random(in: 0...99, using: &random))] = value(depth: depth)
        }
        return .object(object)
    }

    mutating func text() -> String {
        let parts = (0...Int.random(in: 0...6, using: &random)).map { _ in
            Self.texts.randomElement(using: &random) ?? ""
        }
        return parts.joined()
    }

    mutating func message() -> JSON {
        let types = ["RECORD", "RECORD", "RECORD", "RECORD", "STATE", "LOG", "TRACE", "SPEC", "CATALOG", "NEWS"]
        var record: [(String, JSON)] = []
        if chance(20) { record.append(("stream", chance(20) ? .string(text()) : 7)) }
        if chance(10) { record.append(("namespace", chance(3) ? .null : chance(20) ? .string(text()) : [1])) }
        if chance(20) { record.append(("data", chance(20) ? object(depth: 0) : value(depth: 0))) }
        if chance(20) { record.append(("emitted_at", .integer(Int.random(in: 0...1 << 50, using: &random)))) }
        if chance(3) { record.append(("meta", object(depth: 1))) }
        var root: [(String, JSON)] = []
        if chance(20) { root.append(("type", chance(20) ? .string(types.randomElement(using: &random) ?? "") : 3)) }
        if chance(20) { root.append(("record", chance(20) ? .object(JSONObject(shuffled(record))) : .null)) }
        if chance(5) { root.append((text(), value(depth: 0))) }
        return .object(JSONObject(shuffled(root)))
    }

    mutating func line(_ json: JSON) -> [UInt8] {
        var out: [UInt8] = []
        write(json, into: &out)
        if chance(4) { out.append(13) }
        return out
    }

    /// True but for one time in `sides`.
    mutating func chance(_ sides: Int) -> Bool { Int.random(in: 0..<sides, using: &random) != 0 }

    private mutating func shuffled(_ members: [(String, JSON)]) -> [(String, JSON)] {
        chance(3) ? members : members.shuffled(using: &random)
    }

    private mutating func space(_ out: inout [UInt8]) {
        guard !chance(4) else { return }
        for _ in 0..<Int.random(in: 0...70, using: &random) { out.append([32, 9].randomElement(using: &random) ?? 32) }
    }

    private mutating func write(_ json: JSON, into out: inout [UInt8]) {
        space(&out)
        switch json {
        case .string(let text): write(text, into: &out)
        case .array(let elements):
            out.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                write(element, into: &out)
            }
            space(&out)
            out.append(UInt8(ascii: "]"))
        case .object(let object):
            out.append(UInt8(ascii: "{"))
            var isFirst = true
            for (key, value) in object {
                if !isFirst { out.append(UInt8(ascii: ",")) }
                isFirst = false
                space(&out)
                write(key, into: &out)
                space(&out)
                out.append(UInt8(ascii: ":"))
                write(value, into: &out)
            }
            space(&out)
            out.append(UInt8(ascii: "}"))
        default: json.write(into: &out)
        }
        space(&out)
    }

    private mutating func write(_ text: String, into out: inout [UInt8]) {
        guard !chance(8) else { return JSON.write(text, into: &out) }
        out.append(UInt8(ascii: "\""))
        for unit in text.utf16 {
            let digits = String(unit, radix: 16)
            out += Array("\\u".utf8) + Array(String(repeating: "0", count: 4 - digits.count).utf8) + Array(digits.utf8)
        }
        out.append(UInt8(ascii: "\""))
    }
}

/// Repeats its numbers, so that a failing case can be run again.
struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
