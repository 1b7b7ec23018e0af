import Airbyte
import Mapping

/// What was seen of how a stream's records fit its schema. The first ones are looked at and then one of many, so that
/// it costs next to nothing (protocol.md 2.10).
struct SchemaSample {
    private static let first = 200
    private static let every = 64
    /// So many are enough to look less often.
    private static let many = 1000
    private static let thenEvery = 512
    private static let mostFields = 10

    private(set) var looked = 0
    private var unfit = 0
    private var illTyped: [RecordSchema.Misfit] = []
    private var unexpected: [String] = []
    private var hasMore = false

    /// How many records to pass over before the next one is looked at.
    var pause: Int {
        if looked < Self.first { return 0 }
        return (looked < Self.many ? Self.every : Self.thenEvery) - 1
    }

    mutating func note(_ misfits: [RecordSchema.Misfit]) {
        looked += 1
        if !misfits.isEmpty { unfit += 1 }
        for misfit in misfits {
            if misfit.expected == nil {
                if !Self.add(String(misfit.field.unicodeScalars.prefix(100)), to: &unexpected) { hasMore = true }
            } else {
                if !Self.add(misfit, to: &illTyped) { hasMore = true }
            }
        }
    }

    /// False where there is no room for another one.
    private static func add<Item: Equatable>(_ item: Item, to list: inout [Item]) -> Bool {
        if list.contains(item) { return true }
        guard list.count < mostFields else { return false }
        list.append(item)
        return true
    }

    /// Nil where all fitted. Names fields and types, never values.
    func warning(_ stream: StreamDescriptor) -> AttemptWarning? {
        guard unfit > 0 else { return nil }
        var parts = illTyped.map(\.sentence)
        if !unexpected.isEmpty { parts.append("not in the schema: \(unexpected.joined(separator: ", "))") }
        if hasMore { parts.append("and more") }
        return AttemptWarning(
            .schemaMismatch,
            "Of \(looked) records of the stream \(stream) that were looked at, \(unfit) do not fit its schema: "
                + parts.joined(separator: "; ") + ".", stream: stream)
    }
}
