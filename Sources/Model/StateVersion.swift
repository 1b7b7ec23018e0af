package import Time

/// What a connection's state was from some time on; the state itself is read apart.
package struct StateVersion: Sendable, Hashable {
    package enum Cause: String, Sendable, Codable {
        /// It was there before anything was recorded, or before it was changed by other means.
        case found
        /// An attempt of a sync, refresh or clear left it behind.
        case attempt
        /// A client wrote it.
        case replaced
        /// A client put back an older version.
        case restored
    }

    /// Counts from 1 within the connection.
    package var number: Int64
    package var jobID: JobID?
    package var cause: Cause
    /// Bytes of the state as JSON.
    package var size: Int64
    package var createdAt: Instant

    package init(number: Int64, jobID: JobID?, cause: Cause, size: Int64, createdAt: Instant) {
        self.number = number
        self.jobID = jobID
        self.cause = cause
        self.size = size
        self.createdAt = createdAt
    }
}
