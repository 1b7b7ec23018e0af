package import Airbyte

extension [Attempt] {
    /// What a job's attempts, oldest first, have moved together, stream by stream. A stream that every attempt reads from
    /// its beginning counts as its last attempt left it; of one that goes on, all attempts are added up.
    package func totals(in catalog: ConfiguredCatalog) -> [AttemptStats.Stream] {
        let restarting = Set(
            catalog.streams.filter { $0.syncMode == .fullRefresh && $0.stream.isResumable != true }.map(\.descriptor))
        var order: [StreamDescriptor] = []
        var totals: [StreamDescriptor: AttemptStats.Stream] = [:]
        for stream in flatMap(\.stats.streams) {
            guard let before = totals[stream.descriptor] else {
                order.append(stream.descriptor)
                totals[stream.descriptor] = stream
                continue
            }
            totals[stream.descriptor] = restarting.contains(stream.descriptor) ? stream : before + stream
        }
        return order.compactMap { totals[$0] }
    }
}

extension AttemptStats.Stream {
    /// What is expected is expected anew of each attempt.
    fileprivate static func + (one: Self, other: Self) -> Self {
        AttemptStats.Stream(
            descriptor: one.descriptor, counts: one.counts + other.counts, estimatedRecords: other.estimatedRecords,
            estimatedBytes: other.estimatedBytes, additional: one.additional.merging(other.additional) { $0 + $1 },
            status: other.status, wasBackfilled: one.wasBackfilled ?? other.wasBackfilled)
    }
}
