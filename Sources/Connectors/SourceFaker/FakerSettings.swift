import ConnectorKit

/// What the configuration asks for.
struct FakerSettings: ConnectorSettings {
    @Option("Count", "How many users there are, and how many purchases; products are 100 at most.", .from(1))
    var count = 1000

    @Option("Seed", "What the values are made from: the same seed makes the same ones. -1 is another one for each.")
    private var seed = -1

    @Option("Records per slice", "After how many records a state is emitted.", .from(1))
    var recordsPerSlice = 1000

    @Option("Always updated", "Whether every sync brings all records again, as changed just now, or each comes once.")
    var alwaysUpdated = true

    @Option("Parallelism", "Accepted for compatibility and ignored.", .from(1))
    private var parallelism = 4

    /// Nil: any.
    var chosenSeed: Int? { seed == -1 ? nil : seed }

    func validate() throws {
        guard count <= 1_000_000_000_000 else {
            throw ConnectorError(.config, "The configuration's \"count\" must be at most a million millions.")
        }
    }
}
