package import Airbyte

/// What an attempt has moved, stream by stream.
package struct AttemptStats: Sendable, Hashable, Codable {
    package struct Stream: Sendable, Hashable, Codable {
        package var descriptor: StreamDescriptor
        package var recordsEmitted: Int64
        package var bytesEmitted: Int64
        /// What the destination has acknowledged; counted in whole states.
        package var recordsCommitted: Int64
        package var bytesCommitted: Int64
        package var recordsRejected: Int64
        /// `running`, `complete` or `incomplete`; nil before anything was heard of it.
        package var status: String?

        package init(
            descriptor: StreamDescriptor, recordsEmitted: Int64 = 0, bytesEmitted: Int64 = 0,
            recordsCommitted: Int64 = 0,
            bytesCommitted: Int64 = 0, recordsRejected: Int64 = 0, status: String? = nil
        ) {
            self.descriptor = descriptor
            self.recordsEmitted = recordsEmitted
            self.bytesEmitted = bytesEmitted
            self.recordsCommitted = recordsCommitted
            self.bytesCommitted = bytesCommitted
            self.recordsRejected = recordsRejected
            self.status = status
        }
    }

    package var streams: [Stream]
    package var sourceStates: Int64
    package var destinationStates: Int64

    package init(streams: [Stream] = [], sourceStates: Int64 = 0, destinationStates: Int64 = 0) {
        self.streams = streams
        self.sourceStates = sourceStates
        self.destinationStates = destinationStates
    }

    package var recordsEmitted: Int64 { streams.reduce(0) { $0 + $1.recordsEmitted } }
    package var bytesEmitted: Int64 { streams.reduce(0) { $0 + $1.bytesEmitted } }
    package var recordsCommitted: Int64 { streams.reduce(0) { $0 + $1.recordsCommitted } }
    package var bytesCommitted: Int64 { streams.reduce(0) { $0 + $1.bytesCommitted } }
    package var recordsRejected: Int64 { streams.reduce(0) { $0 + $1.recordsRejected } }

    /// Whether anything reached the destination for good (protocol.md 3.3).
    package var madeProgress: Bool { recordsCommitted + recordsRejected >= 1 }
}
