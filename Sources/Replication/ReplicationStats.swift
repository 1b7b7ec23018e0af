/// What an attempt has moved so far.
package struct ReplicationStats: Sendable, Codable, Hashable {
    /// In the catalog's order.
    package var streams: [StreamStats]
    package var sourceStates = 0
    package var destinationStates = 0
    package var times = ReplicationTimes()
    /// How long the source took for each state, from the one before or from its first message.
    package var stateGaps = WaitStats()
    /// How long it took from a source's state to its commit.
    package var stateLags = WaitStats()
    /// What the source expects of the sync as a whole; nil where it tells none or one for each stream.
    package var syncEstimate: TraceEstimateCounts?
    /// What the destination counts besides for states of all streams.
    package var additional = AdditionalStats()
    /// How many messages for the makers of the connector came; no more than the first thousand are counted.
    package var analytics = 0

    package init(streams: [StreamStats] = []) { self.streams = streams }

    package var totals: Counts {
        var totals = Counts()
        for stream in streams { totals += stream.counts }
        return totals
    }

    /// Until when a quota holds the source back, in milliseconds since the epoch; nil where none does.
    package var quotaReset: Int64? { streams.compactMap(\.quotaReset).max() }

    /// What is expected of the whole; nil where nothing was said.
    package var estimatedRecords: Int? { syncEstimate?.records ?? Self.sum(streams.compactMap(\.estimatedRecords)) }
    package var estimatedBytes: Int? { syncEstimate?.bytes ?? Self.sum(streams.compactMap(\.estimatedBytes)) }

    /// What the destination counts besides, all together.
    package var additionalTotals: AdditionalStats {
        var totals = additional
        for stream in streams { totals.add(stream.additional.sums) }
        return totals
    }

    private static func sum(_ values: [Int]) -> Int? {
        values.isEmpty ? nil : values.reduce(0) { $0.addingReportingOverflow($1).partialValue }
    }
}

/// How many records and bytes a source expects.
package struct TraceEstimateCounts: Sendable, Codable, Hashable {
    package var records: Int?
    package var bytes: Int?

    package init(records: Int?, bytes: Int?) {
        self.records = records
        self.bytes = bytes
    }
}
