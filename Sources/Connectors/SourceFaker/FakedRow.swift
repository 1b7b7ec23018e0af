import Time

/// Which row is to be made up.
struct FakedRow {
    /// From 1 on.
    let id: Int
    let seed: Int
    /// Nil: when it was made.
    let updatedAt: Instant?

    /// The same numbers each time for the same row of the same stream.
    func dice(_ stream: FakedStream) -> Dice {
        var dice = Dice(seed: UInt64(bitPattern: Int64(seed)))
        for byte in stream.rawValue.utf8 { dice = Dice(seed: dice.next() ^ UInt64(byte)) }
        return Dice(seed: dice.next() ^ UInt64(bitPattern: Int64(id)))
    }
}
