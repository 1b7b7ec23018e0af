import Time

/// Numbers that look like chance and come again for the same seed (the generator SplitMix64 of Steele, Lea and Flood, 2014).
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.count))
    }

    mutating func one(of words: [String]) -> String { words[number(0...(words.count - 1))] }

    /// Whether it happens in that many of a hundred cases.
    mutating func happens(_ percent: Int) -> Bool { number(1...100) <= percent }

    /// A moment of the twenty years from 2006 on.
    mutating func moment() -> Instant {
        Instant(seconds: 1_136_073_600 + Int64(number(0...(20 * 365 * 86_400))))
    }

    mutating func digits(_ count: Int) -> String {
        String(String(number(0...999_999_999_999) + 1_000_000_000_000).suffix(count))
    }
}
