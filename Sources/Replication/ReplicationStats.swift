/// What an attempt has moved so far.
package struct ReplicationStats: Sendable, Codable, Hashable {
    /// In the catalog's order.
    package var streams: [StreamStats]
    package var sourceStates = 0
    package var destinationStates = 0

    package init(streams: [StreamStats] = []) { self.streams = streams }

    package var totals: Counts {
        var totals = Counts()
        for stream in streams { totals += stream.counts }
        return totals
    }

    /// Until when a quota holds the source back, in milliseconds since the epoch; nil where none does.
    package var quotaReset: Int64? { streams.compactMap(\.quotaReset).max() }

    /// The sum of the estimates; nil where no stream has one.
    package var estimatedRecords: Int? { Self.sum(streams.compactMap(\.estimatedRecords)) }
    package var estimatedBytes: Int? { Self.sum(streams.compactMap(\.estimatedBytes)) }

    private static func sum(_ values: [Int]) -> Int? {
        values.isEmpty ? nil : values.reduce(0) { $0.addingReportingOverflow($1).partialValue }
    }
}
