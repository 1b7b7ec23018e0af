package import Airbyte

/// What one stream moved, under the source's name for it.
package struct StreamStats: Sendable, Codable, Hashable {
    package var stream: StreamDescriptor
    package var counts = Counts()
    package var status: StreamStatus = .pending
    /// Until when the source said it was held back by a quota, in milliseconds since the epoch; nil once it went on.
    package var quotaReset: Int64?
    package var estimatedRecords: Int?
    package var estimatedBytes: Int?
    /// What the destination counts besides.
    package var additional = AdditionalStats()

    package init(stream: StreamDescriptor) { self.stream = stream }
}

/// Records and bytes; of a record, only its `data` is counted, or the size of the file that it stands for.
///
/// What was emitted is committed, filtered out, rejected, or still on its way.
package struct Counts: Sendable, Codable, Hashable {
    package var recordsEmitted = 0
    package var bytesEmitted = 0
    package var recordsCommitted = 0
    package var bytesCommitted = 0
    /// By row filters.
    package var recordsFilteredOut = 0
    package var bytesFilteredOut = 0
    /// By the stream's contract or the destination; of the latter the bytes are not known and count as committed.
    package var recordsRejected = 0
    package var bytesRejected = 0

    package init() {}

    package static func += (a: inout Counts, b: Counts) {
        a.recordsEmitted += b.recordsEmitted
        a.bytesEmitted += b.bytesEmitted
        a.recordsCommitted += b.recordsCommitted
        a.bytesCommitted += b.bytesCommitted
        a.recordsFilteredOut += b.recordsFilteredOut
        a.bytesFilteredOut += b.bytesFilteredOut
        a.recordsRejected += b.recordsRejected
        a.bytesRejected += b.bytesRejected
    }
}
