import Airbyte
import Model
import Replication

/// A new attempt and everything its process needs to know; it holds secrets and lives in memory only.
struct OpenedAttempt: Sendable {
    let number: Int
    let sourceID: ConnectorID
    let destinationID: ConnectorID
    let plan: ReplicationPlan
    /// How long the job may take over all its attempts.
    let longestRun: Duration
    /// How much of that is left.
    let timeLeft: Duration
    /// When the job is to be called slow; nil: never.
    let timeUntilSlow: Duration?
}
