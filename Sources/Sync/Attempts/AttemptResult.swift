import Airbyte
import Replication
import Time

/// How a replication ended, as the run's journal keeps it; no state and no configuration is in it.
struct AttemptResult: Codable, Sendable {
    var succeeded: Bool
    var failures: [FailureReason]
    /// Whether another attempt is out of the question; nil means no.
    var isFinal: Bool?
    /// When the quota of the source is there again, in milliseconds since the epoch; nil where it was not used up.
    var quotaReset: Int64?

    /// How long the source's quota is used up yet.
    func quotaPause(at now: Instant) -> Duration {
        guard let quotaReset else { return .zero }
        // Milliseconds beyond what microseconds can hold are as good as for ever.
        return max(.zero, Instant(milliseconds: min(max(quotaReset, 0), 1 << 50)) - now)
    }
}

extension AttemptResult {
    init(_ summary: ReplicationSummary) {
        self.init(
            succeeded: summary.status == .completed, failures: summary.failures,
            quotaReset: summary.stats.quotaReset)
    }

    /// An attempt that never came to a summary, or whose summary is not the point.
    init(_ failure: FailureReason, isFinal: Bool = false) {
        self.init(succeeded: false, failures: [failure], isFinal: isFinal ? true : nil)
    }
}
