package import Airbyte

/// What an attempt has moved, stream by stream.
package struct AttemptStats: Sendable, Hashable, Codable {
    package var streams: [Stream]
    package var sourceStates: Int64
    package var destinationStates: Int64
    /// What the source expects of the whole; nil where it says nothing.
    package var estimatedRecords: Int64?
    package var estimatedBytes: Int64?
    /// What the destination counts besides, by names of its own.
    package var additional: [String: Double]
    /// Nil before the attempt's process has told any.
    package var times: AttemptTimes?
    /// What the user should know although it is no failure.
    package var warnings: [AttemptWarning]

    package init(
        streams: [Stream] = [], sourceStates: Int64 = 0, destinationStates: Int64 = 0, estimatedRecords: Int64? = nil,
        estimatedBytes: Int64? = nil, additional: [String: Double] = [:], times: AttemptTimes? = nil,
        warnings: [AttemptWarning] = []
    ) {
        self.streams = streams
        self.sourceStates = sourceStates
        self.destinationStates = destinationStates
        self.estimatedRecords = estimatedRecords
        self.estimatedBytes = estimatedBytes
        self.additional = additional
        self.times = times
        self.warnings = warnings
    }

    /// Older versions stored less.
    package init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            streams: try members.decode([Stream].self, forKey: .streams),
            sourceStates: try members.decode(Int64.self, forKey: .sourceStates),
            destinationStates: try members.decode(Int64.self, forKey: .destinationStates),
            estimatedRecords: try members.decodeIfPresent(Int64.self, forKey: .estimatedRecords),
            estimatedBytes: try members.decodeIfPresent(Int64.self, forKey: .estimatedBytes),
            additional: try members.decodeIfPresent([String: Double].self, forKey: .additional) ?? [:],
            times: try members.decodeIfPresent(AttemptTimes.self, forKey: .times),
            warnings: try members.decodeIfPresent([AttemptWarning].self, forKey: .warnings) ?? [])
    }

    /// The streams added up.
    package var totals: StreamCounts { streams.reduce(StreamCounts()) { $0 + $1.counts } }

    package var recordsEmitted: Int64 { totals.recordsEmitted }
    package var bytesEmitted: Int64 { totals.bytesEmitted }
    package var recordsCommitted: Int64 { totals.recordsCommitted }
    package var bytesCommitted: Int64 { totals.bytesCommitted }
    package var recordsRejected: Int64 { totals.recordsRejected }

    /// Whether anything reached the destination for good (protocol.md 3.3). Rejected records count once a state was
    /// committed: only then are they not read again.
    package var madeProgress: Bool { recordsCommitted >= 1 || recordsRejected >= 1 && destinationStates >= 1 }
}
