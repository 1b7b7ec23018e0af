import Airbyte
import Model
import Replication

/// A new attempt and everything its process needs to know; it holds secrets and lives in memory only.
struct OpenedAttempt: Sendable {
    let number: Int
    let sourceID: ConnectorID
    let destinationID: ConnectorID
    let plan: ReplicationPlan
}
