package import Airbyte

/// One line of an attempt's log, with its secrets already masked.
package struct LogEntry: Sendable, Codable, Hashable {
    package enum Source: String, Sendable, Codable {
        case source, destination, platform, replication = "replication-orchestrator"
    }

    /// Milliseconds since the epoch.
    package var timestamp: Int64
    package var level: LogMessage.Level
    package var source: Source
    package var message: String

    package init(timestamp: Int64, level: LogMessage.Level, source: Source, message: String) {
        self.timestamp = timestamp
        self.level = level
        self.source = source
        self.message = message
    }
}
