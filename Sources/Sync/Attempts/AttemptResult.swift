import Airbyte
import Replication

/// How a replication ended, as the run's journal keeps it; no state and no configuration is in it.
struct AttemptResult: Codable, Sendable {
    var succeeded: Bool
    var failures: [FailureReason]
}
