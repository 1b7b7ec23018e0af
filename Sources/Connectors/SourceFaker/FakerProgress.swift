import JSON
import Time

/// How far a stream was read, in the shape that Airbyte's own source keeps.
struct FakerProgress {
    let seed: Int
    /// How many of the stream's rows were read.
    var offset: Int

    /// Goes on from the saved state. One of another seed is of other rows, and a stream that was read to its end begins anew
    /// where its rows are always updated; where they are not, there is nothing more to read of it.
    init(_ saved: JSON?, _ stream: FakedStream, _ settings: FakerSettings) {
        let savedSeed = saved?["seed"]?.intValue
        seed = settings.chosenSeed ?? savedSeed ?? Int.random(in: 0...Int(Int32.max))
        let rows = stream.rows(settings)
        // Airbyte's own keeps no offset for products, which it reads at once.
        let isWhole = saved?["loop_offset"] == nil && savedSeed != nil
        let reached = isWhole ? rows : saved?["loop_offset"]?.intValue ?? 0
        let isKnown = savedSeed == nil || savedSeed == seed
        let isOver = settings.alwaysUpdated && reached >= rows
        offset = isKnown && !isOver ? min(max(reached, 0), rows) : 0
    }

    func json(at now: Instant) -> JSON {
        ["seed": .integer(seed), "updated_at": .string(now.iso8601), "loop_offset": .integer(offset)]
    }
}
