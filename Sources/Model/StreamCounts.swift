/// Records and bytes, by what became of them.
package struct StreamCounts: Sendable, Hashable, Codable {
    package var recordsEmitted: Int64
    package var bytesEmitted: Int64
    /// What the destination has acknowledged; counted in whole states.
    package var recordsCommitted: Int64
    package var bytesCommitted: Int64
    /// By the row filters of the connection.
    package var recordsFilteredOut: Int64
    package var bytesFilteredOut: Int64
    /// By the stream's contract or the destination.
    package var recordsRejected: Int64
    package var bytesRejected: Int64

    package init(
        recordsEmitted: Int64 = 0, bytesEmitted: Int64 = 0, recordsCommitted: Int64 = 0, bytesCommitted: Int64 = 0,
        recordsFilteredOut: Int64 = 0, bytesFilteredOut: Int64 = 0, recordsRejected: Int64 = 0,
        bytesRejected: Int64 = 0
    ) {
        self.recordsEmitted = recordsEmitted
        self.bytesEmitted = bytesEmitted
        self.recordsCommitted = recordsCommitted
        self.bytesCommitted = bytesCommitted
        self.recordsFilteredOut = recordsFilteredOut
        self.bytesFilteredOut = bytesFilteredOut
        self.recordsRejected = recordsRejected
        self.bytesRejected = bytesRejected
    }

    /// Older versions stored less.
    package init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        func count(_ key: CodingKeys) throws -> Int64 { try members.decodeIfPresent(Int64.self, forKey: key) ?? 0 }
        self.init(
            recordsEmitted: try count(.recordsEmitted), bytesEmitted: try count(.bytesEmitted),
            recordsCommitted: try count(.recordsCommitted), bytesCommitted: try count(.bytesCommitted),
            recordsFilteredOut: try count(.recordsFilteredOut), bytesFilteredOut: try count(.bytesFilteredOut),
            recordsRejected: try count(.recordsRejected), bytesRejected: try count(.bytesRejected))
    }

    package static func + (one: StreamCounts, other: StreamCounts) -> StreamCounts {
        StreamCounts(
            recordsEmitted: one.recordsEmitted + other.recordsEmitted,
            bytesEmitted: one.bytesEmitted + other.bytesEmitted,
            recordsCommitted: one.recordsCommitted + other.recordsCommitted,
            bytesCommitted: one.bytesCommitted + other.bytesCommitted,
            recordsFilteredOut: one.recordsFilteredOut + other.recordsFilteredOut,
            bytesFilteredOut: one.bytesFilteredOut + other.bytesFilteredOut,
            recordsRejected: one.recordsRejected + other.recordsRejected,
            bytesRejected: one.bytesRejected + other.bytesRejected)
    }
}
