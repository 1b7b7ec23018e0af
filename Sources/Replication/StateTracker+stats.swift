import Airbyte
import Time

extension StateTracker {
    /// Estimates of both scopes mean nothing together, so then all are dropped (protocol.md 2.6).
    mutating func estimate(_ estimate: TraceEstimate) {
        let hasStreamEstimates = stats.streams.contains { $0.estimatedRecords != nil || $0.estimatedBytes != nil }
        if estimate.scope == .sync ? hasStreamEstimates : stats.syncEstimate != nil { mixesEstimates = true }
        if mixesEstimates {
            stats.syncEstimate = nil
            for index in stats.streams.indices {
                stats.streams[index].estimatedRecords = nil
                stats.streams[index].estimatedBytes = nil
            }
        } else if estimate.scope == .sync {
            stats.syncEstimate = TraceEstimateCounts(records: estimate.rows, bytes: estimate.bytes)
        } else if let index = table.index(ofSource: estimate.stream) {
            stats.streams[index].estimatedRecords = estimate.rows
            stats.streams[index].estimatedBytes = estimate.bytes
        }
    }

    mutating func countAnalytics() { stats.analytics = min(1000, stats.analytics + 1) }

    /// Notes when something happened, the first time.
    mutating func mark(_ point: WritableKeyPath<ReplicationTimes, Int64?>, at time: Instant) {
        if stats.times[keyPath: point] == nil { stats.times[keyPath: point] = time.milliseconds }
    }
}
