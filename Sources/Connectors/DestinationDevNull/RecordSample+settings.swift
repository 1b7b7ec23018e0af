import ConnectorKit

extension RecordSample.Rule: Choice {
    static let discriminator = "logging_type"
    static let alternatives: [Alternative<Self>] = [
        Alternative("FirstN", "The first ones") { (settings: First) in .first(settings.maxEntryCount) },
        Alternative("EveryNth", "Every so manieth") { (settings: EveryNth) in
            .everyNth(settings.nthEntryToLog, atMost: settings.maxEntryCount)
        },
        Alternative("RandomSampling", "By chance") { (settings: Random) in
            .random(
                settings.samplingRatio, seed: UInt64(bitPattern: Int64(settings.seed ?? 1)),
                atMost: settings.maxEntryCount)
        },
    ]

    private struct First: ConnectorSettings {
        @Option("At most", "How many records of a stream are logged.", .within(1...1000), order: 9)
        var maxEntryCount = 100
    }

    private struct EveryNth: ConnectorSettings {
        @Option("N", "The how manieth record is logged.", .within(1...1_000_000)) var nthEntryToLog = 3

        @Option("At most", "How many records of a stream are logged.", .within(1...1000), order: 9)
        var maxEntryCount = 100
    }

    private struct Random: ConnectorSettings {
        @Option("Ratio", "The probability with which a record is logged.", .within(0...1)) var samplingRatio = 0.001

        @Option("Seed", "What chance is made from.") var seed: Int?

        @Option("At most", "How many records of a stream are logged.", .within(1...1000), order: 9)
        var maxEntryCount = 100
    }
}
