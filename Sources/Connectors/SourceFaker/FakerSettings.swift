import ConnectorKit

/// What the configuration asks for.
struct FakerSettings {
    let count: Int
    /// Nil: any.
    let seed: Int?
    let recordsPerSlice: Int
    let alwaysUpdated: Bool

    init(_ configuration: Configuration) throws {
        count = try configuration.integer("count", in: 1...1_000_000_000_000) ?? 1000
        let seed = try configuration.integer("seed", in: .min ... .max) ?? -1
        self.seed = seed == -1 ? nil : seed
        recordsPerSlice = try configuration.integer("records_per_slice", in: 1...1_000_000_000) ?? 1000
        alwaysUpdated = try configuration.boolean("always_updated") ?? true
    }
}
