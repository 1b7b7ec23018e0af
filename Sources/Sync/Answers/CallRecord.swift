package import Posix
package import Time

/// When one call of a connector ran, and what it logged.
package struct CallRecord: Sendable, Codable {
    package var id: String
    package var createdAt: Int64
    package var endedAt: Int64
    /// The tail of the log, secrets masked; the oldest line first.
    package var logLines: [String]

    package init(id: UUID = UUID(), createdAt: Instant, endedAt: Instant, logLines: [String]) {
        self.id = id.description
        self.createdAt = createdAt.microseconds
        self.endedAt = endedAt.microseconds
        self.logLines = logLines
    }

    package var created: Instant { Instant(microseconds: createdAt) }
    package var ended: Instant { Instant(microseconds: endedAt) }
}
