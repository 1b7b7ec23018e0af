package import Time

/// Why an attempt, a check or a discovery failed (protocol.md 2.15).
package struct FailureReason: Sendable, Hashable, Codable {
    package enum Origin: String, Sendable, Codable {
        case source, destination, replication, persistence, unknown
        case platform = "airbyte_platform"
    }

    package enum Kind: String, Sendable, Codable {
        case config = "config_error"
        case system = "system_error"
        case transient = "transient_error"
        case cancelled = "manual_cancellation"
        case heartbeatTimeout = "heartbeat_timeout"
        case destinationTimeout = "destination_timeout"
    }

    package var origin: Origin
    package var kind: Kind
    /// What happened and what to do, for a person; at most 50,000 characters.
    package var externalMessage: String
    package var internalMessage: String?
    package var stacktrace: String?
    package var stream: StreamDescriptor?
    /// Milliseconds since the epoch.
    package var timestamp: Int64

    package init(
        _ origin: Origin, _ kind: Kind, _ externalMessage: String, internalMessage: String? = nil,
        stacktrace: String? = nil, stream: StreamDescriptor? = nil, at time: Instant
    ) {
        self.origin = origin
        self.kind = kind
        // Of scalars: one character may hold any number of them.
        self.externalMessage = String(externalMessage.unicodeScalars.prefix(50_000))
        self.internalMessage = internalMessage.map { String($0.unicodeScalars.prefix(50_000)) }
        self.stacktrace = stacktrace.map { String($0.unicodeScalars.prefix(100_000)) }
        self.stream = stream
        timestamp = time.milliseconds
    }
}
