import SQL
import Time

/// What the store knows of a step.
struct StepRecord: Sendable {
    /// The recorded result as JSON text; nil as long as there is none.
    var value: String?
    /// What an unfinished step saved of its own progress, as JSON text.
    var progress: String?
    var failures = 0
    /// When a sleeping, waiting or failed step goes on.
    var wakeAt: Instant?

    init() {}

    init(_ row: Row) throws {
        value = try row.getOptional("value")
        progress = try row.getOptional("progress")
        failures = try row.get("failures")
        wakeAt = try row.getOptional("wake_at")
    }
}
