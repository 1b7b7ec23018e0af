/// Which records of each stream are logged.
struct RecordSample {
    enum Rule: Sendable {
        case first(Int)
        case everyNth(Int, atMost: Int)
        /// Each with this probability; the same ones for the same seed.
        case random(Double, seed: UInt64, atMost: Int)
    }

    private struct Count {
        var taken = 0
        var logged = 0
    }

    private let rule: Rule
    private var counts: [String: Count] = [:]
    private var state: UInt64 = 0

    init(_ rule: Rule) {
        self.rule = rule
        if case .random(_, let seed, _) = rule { state = seed }
    }

    /// The place of a record among those of its stream, where it is to be logged.
    mutating func take(of stream: String) -> Int? {
        var count = counts[stream, default: Count()]
        count.taken += 1
        let isWanted: Bool =
            switch rule {
            case .first(let most): count.logged < most
            case .everyNth(let step, let most): count.logged < most && count.taken % step == 0
            case .random(let ratio, _, let most): count.logged < most && chance() < ratio
            }
        if isWanted { count.logged += 1 }
        counts[stream] = count
        return isWanted ? count.taken : nil
    }

    /// From 0 up to 1 (Marsaglia's xorshift64*).
    private mutating func chance() -> Double {
        if state == 0 { state = 0x9E37_79B9_7F4A_7C15 }
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return Double((state &* 0x2545_F491_4F6C_DD1D) >> 11) / Double(1 << 53)
    }
}
