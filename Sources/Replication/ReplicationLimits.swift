/// How much an attempt may hold and how long it may wait. Seconds are whole.
package struct ReplicationLimits: Sendable, Codable, Hashable {
    /// A longer line of a connector fails the attempt.
    package var lineBytes = 64 << 20
    /// How often committed states, counts and logs are handed to the worker.
    package var reportMilliseconds = 250
    /// How long a connector may take to exit after it has closed its output, or was asked to stop.
    package var graceSeconds = 60
    /// How long a destination may take to write what it has when the attempt is cancelled.
    package var cancelSeconds = 8
    /// How long a source may send neither a record nor a state; nil: for ever.
    package var sourceSilenceSeconds: Int? = 24 * 3600
    /// How long a destination may take no input, or be silent after its input ended; nil: for ever.
    package var destinationStallSeconds: Int? = 24 * 3600
    /// How much of the connectors' log is passed on; the rest is counted and left out.
    package var logBytes = 64 << 20
    /// How much of rejected records is kept; the rest is only counted.
    package var rejectBytes = 16 << 20

    package init() {}
}
