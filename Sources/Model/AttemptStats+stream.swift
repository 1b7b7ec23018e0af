package import Airbyte

extension AttemptStats {
    /// What one stream has moved, under the source's name for it.
    package struct Stream: Sendable, Hashable, Codable {
        package var descriptor: StreamDescriptor
        package var counts: StreamCounts
        package var estimatedRecords: Int64?
        package var estimatedBytes: Int64?
        /// What the destination counts besides.
        package var additional: [String: Double]
        /// `running`, `complete` or `incomplete`; nil before anything was heard of it.
        package var status: String?
        /// Whether it was read from its beginning because its schema has grown; nil means no.
        package var wasBackfilled: Bool?

        package init(
            descriptor: StreamDescriptor, counts: StreamCounts, estimatedRecords: Int64? = nil,
            estimatedBytes: Int64? = nil, additional: [String: Double] = [:], status: String? = nil,
            wasBackfilled: Bool? = nil
        ) {
            self.descriptor = descriptor
            self.counts = counts
            self.estimatedRecords = estimatedRecords
            self.estimatedBytes = estimatedBytes
            self.additional = additional
            self.status = status
            self.wasBackfilled = wasBackfilled
        }

        package init(
            descriptor: StreamDescriptor, recordsEmitted: Int64 = 0, bytesEmitted: Int64 = 0,
            recordsCommitted: Int64 = 0, bytesCommitted: Int64 = 0, recordsRejected: Int64 = 0, status: String? = nil,
            wasBackfilled: Bool? = nil
        ) {
            self.init(
                descriptor: descriptor,
                counts: StreamCounts(
                    recordsEmitted: recordsEmitted, bytesEmitted: bytesEmitted, recordsCommitted: recordsCommitted,
                    bytesCommitted: bytesCommitted, recordsRejected: recordsRejected), status: status,
                wasBackfilled: wasBackfilled)
        }

        package var recordsEmitted: Int64 { counts.recordsEmitted }
        package var bytesEmitted: Int64 { counts.bytesEmitted }
        package var recordsCommitted: Int64 { counts.recordsCommitted }
        package var bytesCommitted: Int64 { counts.bytesCommitted }
        package var recordsRejected: Int64 { counts.recordsRejected }

        private enum CodingKeys: String, CodingKey {
            case descriptor, estimatedRecords, estimatedBytes, additional, status, wasBackfilled
        }

        /// The counts stand beside the name, as older versions stored them.
        package init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: CodingKeys.self)
            self.init(
                descriptor: try members.decode(StreamDescriptor.self, forKey: .descriptor),
                counts: try StreamCounts(from: decoder),
                estimatedRecords: try members.decodeIfPresent(Int64.self, forKey: .estimatedRecords),
                estimatedBytes: try members.decodeIfPresent(Int64.self, forKey: .estimatedBytes),
                additional: try members.decodeIfPresent([String: Double].self, forKey: .additional) ?? [:],
                status: try members.decodeIfPresent(String.self, forKey: .status),
                wasBackfilled: try members.decodeIfPresent(Bool.self, forKey: .wasBackfilled))
        }

        package func encode(to encoder: any Encoder) throws {
            var members = encoder.container(keyedBy: CodingKeys.self)
            try members.encode(descriptor, forKey: .descriptor)
            try counts.encode(to: encoder)
            try members.encodeIfPresent(estimatedRecords, forKey: .estimatedRecords)
            try members.encodeIfPresent(estimatedBytes, forKey: .estimatedBytes)
            if !additional.isEmpty { try members.encode(additional, forKey: .additional) }
            try members.encodeIfPresent(status, forKey: .status)
            try members.encodeIfPresent(wasBackfilled, forKey: .wasBackfilled)
        }
    }
}
