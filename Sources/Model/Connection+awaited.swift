import Airbyte

extension Connection {
    /// Why nothing is known of its streams yet, beside Airbyte's reasons.
    package static let streamsAwaited = "STREAMS_NOT_DISCOVERED"

    /// Whether it was made before its source told its streams; its first sync asks for them, and fails without them.
    package var awaitsStreams: Bool { catalog.streams.contains { $0.stream.isAwaited } }
}
