/// Something about an attempt that is no failure and that its user should know.
package struct AttemptWarning: Sendable, Hashable, Codable {
    package enum Code: String, Sendable, Codable, CaseIterable {
        /// That the streams are complete rests on the source's exit code alone.
        case noStreamStatuses = "no_stream_statuses"
        /// Counts of records do not agree, and the connection takes that for no failure.
        case countMismatch = "count_mismatch"
        /// Records were seen that do not fit the stream's schema.
        case schemaMismatch = "schema_mismatch"
        /// Records were rejected; those that are kept can be looked at.
        case recordsRejected = "records_rejected"
        /// A stream that brought rows before brought none.
        case noRecords = "no_records"
    }

    package var code: Code
    package var message: String
    package var stream: StreamDescriptor?

    package init(_ code: Code, _ message: String, stream: StreamDescriptor? = nil) {
        self.code = code
        self.message = String(message.unicodeScalars.prefix(4000))
        self.stream = stream
    }
}
