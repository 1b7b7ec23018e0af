import Airbyte
import Model
import Replication

extension AttemptStats {
    /// What an attempt's process tells, as it is stored.
    init(
        _ stats: ReplicationStats, backfilled: Set<StreamDescriptor> = [], warnings: [AttemptWarning] = []
    ) {
        self.init(
            streams: stats.streams.map { Stream($0, wasBackfilled: backfilled.contains($0.stream)) },
            sourceStates: Int64(stats.sourceStates),
            destinationStates: Int64(stats.destinationStates), estimatedRecords: stats.estimatedRecords.map(Int64.init),
            estimatedBytes: stats.estimatedBytes.map(Int64.init), additional: stats.additionalTotals.sums,
            times: AttemptTimes(stats), warnings: warnings)
    }
}

extension AttemptStats.Stream {
    fileprivate init(_ stats: StreamStats, wasBackfilled: Bool) {
        self.init(
            descriptor: stats.stream, counts: StreamCounts(stats.counts),
            estimatedRecords: stats.estimatedRecords.map(Int64.init),
            estimatedBytes: stats.estimatedBytes.map(Int64.init), additional: stats.additional.sums,
            status: stats.status.rawValue.lowercased(), wasBackfilled: wasBackfilled ? true : nil)
    }
}

extension StreamCounts {
    fileprivate init(_ counts: Counts) {
        self.init(
            recordsEmitted: Int64(counts.recordsEmitted), bytesEmitted: Int64(counts.bytesEmitted),
            recordsCommitted: Int64(counts.recordsCommitted), bytesCommitted: Int64(counts.bytesCommitted),
            recordsFilteredOut: Int64(counts.recordsFilteredOut), bytesFilteredOut: Int64(counts.bytesFilteredOut),
            recordsRejected: Int64(counts.recordsRejected), bytesRejected: Int64(counts.bytesRejected))
    }
}

extension AttemptTimes {
    fileprivate init(_ stats: ReplicationStats) {
        self.init()
        replicationStart = stats.times.replicationStart
        replicationEnd = stats.times.replicationEnd
        sourceReadStart = stats.times.sourceReadStart
        sourceReadEnd = stats.times.sourceReadEnd
        destinationWriteStart = stats.times.destinationWriteStart
        destinationWriteEnd = stats.times.destinationWriteEnd
        if stats.stateGaps.count > 0 {
            longestStateGap = stats.stateGaps.longest
            meanStateGap = stats.stateGaps.mean
        }
        if stats.stateLags.count > 0 {
            longestStateLag = stats.stateLags.longest
            meanStateLag = stats.stateLags.mean
        }
    }
}
