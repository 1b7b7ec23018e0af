import Airbyte

/// What a job's look at its source's schema came to, as the run's journal keeps it.
struct SchemaOutcome: Codable, Sendable {
    /// A line for the log of the job's first attempt.
    struct Note: Codable, Sendable {
        var level: LogMessage.Level
        var message: String

        init(_ level: LogMessage.Level, _ message: String) {
            self.level = level
            self.message = message
        }
    }

    /// Whether the connection was switched off and the job ended.
    var isCancelled = false
    var notes: [Note] = []
    /// The streams that are read from their beginning for the change.
    var backfilled: [StreamDescriptor] = []
}
