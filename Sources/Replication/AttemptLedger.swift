import Airbyte
import JSON
import Synchronization
import Time

/// What the threads of a replication know together.
final class AttemptLedger: Sendable {
    struct Contents: Sendable {
        var tracker: StateTracker
        /// Committed since the last report.
        var unreported = ConnectionState.empty
        /// How much that takes, about.
        var unreportedBytes = 0
        /// What the connectors named as errors, the first ones.
        var traces: [FailureReason] = []
        /// How many more they named.
        var furtherTraces = 0
        var warnings: [AttemptWarning] = []
        /// What the replication found itself.
        var raised: [FailureReason] = []
        var hasNews = false
        /// Whether the source has sent anything, other than records, that is a message of the protocol.
        var sourceHasSpoken = false
        /// Whether the relay ended because there was nothing more to read.
        var isSourceDrained = false
        var destinationStoppedReading = false
    }

    /// More of a connector's text is not even looked through for secrets.
    private static let longestText = 200_000

    let contents: Mutex<Contents>
    private let redactor: SecretMask
    private let clock: any WallClock

    init(_ table: StreamTable, countMismatch: CountMismatch, redactor: SecretMask, clock: any WallClock) {
        contents = Mutex(Contents(tracker: StateTracker(table, countMismatch: countMismatch)))
        self.redactor = redactor
        self.clock = clock
    }

    func raise(
        _ origin: FailureReason.Origin, _ kind: FailureReason.Kind, _ sentence: String, stream: StreamDescriptor? = nil
    ) {
        let failure = FailureReason(origin, kind, redactor.redact(sentence), stream: stream, at: clock.now)
        contents.withLock { $0.raised.append(failure) }
    }

    /// Notes when something happened, the first time.
    func mark(_ point: WritableKeyPath<ReplicationTimes, Int64?>) {
        let now = clock.now
        contents.withLock { $0.tracker.mark(point, at: now) }
    }

    /// The first ones matter: the rest of a flood is counted.
    func trace(_ error: TraceError, from role: ConnectorRole, stream: StreamDescriptor?) {
        let time = error.emittedAt > 0 ? Instant(milliseconds: min(error.emittedAt, 1 << 50)) : clock.now
        let message =
            error.message.isEmpty ? "Something went wrong within the \(role.rawValue) connector" : error.message
        let failure = FailureReason(
            role.origin, error.kind, redactor.redact(message, limit: Self.longestText),
            internalMessage: error.internalMessage.map { redactor.redact($0, limit: Self.longestText) },
            stacktrace: error.stackTrace.map { redactor.redact($0, limit: Self.longestText) }, stream: stream, at: time)
        contents.withLock { contents in
            if contents.traces.count < 100 { contents.traces.append(failure) } else { contents.furtherTraces += 1 }
        }
    }

    /// What has been committed since the last call; nil where that is nothing.
    func takeCommitted() -> (state: ConnectionState, stats: ReplicationStats)? {
        contents.withLock { contents in
            guard contents.unreported != .empty else { return nil }
            defer {
                contents.unreported = .empty
                contents.unreportedBytes = 0
                contents.hasNews = false
            }
            return (contents.unreported, contents.tracker.stats)
        }
    }

    /// The counts; nil where nothing has moved since the last call.
    func takeStats() -> ReplicationStats? {
        contents.withLock { contents in
            guard contents.hasNews else { return nil }
            contents.hasNews = false
            return contents.tracker.stats
        }
    }
}
