package import Airbyte

/// How an attempt ended.
package struct ReplicationSummary: Sendable, Codable {
    package enum Status: String, Sendable, Codable {
        case completed, failed, cancelled
    }

    package var status: Status
    package var stats: ReplicationStats
    /// At most 10, the true cause first.
    package var failures: [FailureReason]
    /// Milliseconds since the epoch.
    package var startedAt: Int64
    package var endedAt: Int64

    package init(
        status: Status, stats: ReplicationStats, failures: [FailureReason], startedAt: Int64, endedAt: Int64
    ) {
        self.status = status
        self.stats = stats
        self.failures = failures
        self.startedAt = startedAt
        self.endedAt = endedAt
    }
}
