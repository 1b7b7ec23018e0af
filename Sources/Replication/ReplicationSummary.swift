package import Airbyte

/// How an attempt ended.
package struct ReplicationSummary: Sendable, Codable {
    package enum Status: String, Sendable, Codable {
        case completed, failed, cancelled
    }

    package var status: Status
    package var stats: ReplicationStats
    /// At most 10, the true cause first, and one that says how many more there are.
    package var failures: [FailureReason]
    /// What the user should know although it is no failure.
    package var warnings: [AttemptWarning]
    /// Milliseconds since the epoch.
    package var startedAt: Int64
    package var endedAt: Int64

    package init(
        status: Status, stats: ReplicationStats, failures: [FailureReason], warnings: [AttemptWarning] = [],
        startedAt: Int64, endedAt: Int64
    ) {
        self.status = status
        self.stats = stats
        self.failures = failures
        self.warnings = warnings
        self.startedAt = startedAt
        self.endedAt = endedAt
    }
}
