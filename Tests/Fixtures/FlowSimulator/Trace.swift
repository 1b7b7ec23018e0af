import SQL

/// What happened, as one number that two equal plays have in common, and as text where it is to be read.
struct Trace {
    private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    /// Nil: nobody reads it.
    var print: ((String) -> Void)?

    mutating func add(_ number: Int64) {
        digest = (digest ^ UInt64(bitPattern: number)) &* 0x0000_0100_0000_01B3
        digest ^= digest >> 29
    }

    mutating func add(_ text: String) {
        for byte in text.utf8 { digest = (digest ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    }

    mutating func add(_ value: SQLValue) {
        switch value {
        case .null: add(-1)
        case .bool(let flag): add(flag ? 1 : 0)
        case .integer(let number): add(number)
        case .double(let number): add(Int64(bitPattern: number.bitPattern))
        case .text(let text): add(text)
        case .bytes(let bytes): add(Int64(bytes.count))
        }
    }

    mutating func say(at time: Int64, _ text: @autoclosure () -> String) {
        guard let print else { return }
        let micros = String(time % 1_000_000 + 1_000_000).dropFirst()
        print("\(time / 1_000_000).\(micros) \(text())")
    }
}
