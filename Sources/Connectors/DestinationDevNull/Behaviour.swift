import ConnectorKit

/// What the destination does with records besides forgetting them.
enum Behaviour {
    case silent
    case logging(RecordSample.Rule)
    /// Waits so many milliseconds with each record.
    case throttled(Int)
    /// Fails once it has taken so many records.
    case failing(Int)
}

extension Behaviour: Choice {
    static let discriminator = "test_destination_type"
    static let otherwise: String? = "SILENT"
    static let alternatives: [Alternative<Self>] = [
        Alternative("SILENT", "Silent", "Forgets every record at once.", is: .silent),
        Alternative("LOGGING", "Logging", "Logs some of the records, as they are.") { (settings: Logging) in
            .logging(settings.loggingConfig)
        },
        Alternative("THROTTLED", "Throttled", "Waits with every record.") { (settings: Throttling) in
            .throttled(settings.millisPerRecord)
        },
        Alternative("FAILING", "Failing", "Fails after some records.") { (settings: Failing) in
            .failing(settings.numMessages)
        },
    ]

    private struct Logging: ConnectorSettings {
        @Option("Which records are logged", "Of each stream.") var loggingConfig: RecordSample.Rule
    }

    private struct Throttling: ConnectorSettings {
        @Option("Milliseconds per record", "How long it waits.", .within(0...60_000)) var millisPerRecord: Int
    }

    private struct Failing: ConnectorSettings {
        @Option("Records before the failure", "How many it takes.", .from(0)) var numMessages: Int
    }
}
