import Airbyte
import Synchronization
import Time

/// Gathers the log of an attempt and hands it on in batches: masked, every line cut, the whole capped.
final class LogBatch: Sendable {
    private static let longestLine = 64 << 10
    private static let fullAt = 64 << 10

    private struct Contents {
        var entries: [LogEntry] = []
        var bytes = 0
        var total = 0
        var omitted = 0
    }

    private let redactor: SecretMask
    private let limit: Int
    private let clock: any WallClock
    private let send: @Sendable ([LogEntry]) -> Void
    private let contents = Mutex(Contents())

    /// `send` may be called on any thread and may block: then so do those who log.
    init(
        redactor: SecretMask, limit: Int, clock: any WallClock = SystemClock(),
        send: @escaping @Sendable ([LogEntry]) -> Void
    ) {
        self.redactor = redactor
        self.limit = limit
        self.clock = clock
        self.send = send
    }

    func add(_ level: LogMessage.Level, _ source: LogEntry.Source, _ message: String) {
        // The replication's own few lines, the verdict among them, always have room.
        let isFlood = contents.withLock { contents in
            let isFlood = contents.total >= limit && (source == .source || source == .destination)
            if isFlood { contents.omitted += 1 }
            return isFlood
        }
        if isFlood { return }
        let text = redactor.redact(message, limit: Self.longestLine)
        let entry = LogEntry(timestamp: clock.now.milliseconds, level: level, source: source, message: text)
        let isFull = contents.withLock { contents in
            contents.entries.append(entry)
            contents.bytes += text.utf8.count + 32
            contents.total += text.utf8.count + 32
            return contents.bytes >= Self.fullAt
        }
        if isFull { flush() }
    }

    func add(_ log: LogMessage, from source: LogEntry.Source) {
        let level: LogMessage.Level = log.level == .fatal ? .error : log.level
        add(level, source, log.stackTrace.map { "\(log.message)\n\($0)" } ?? log.message)
    }

    /// Sends what is there.
    func flush() {
        let entries = contents.withLock { contents in
            defer {
                contents.entries = []
                contents.bytes = 0
            }
            return contents.entries
        }
        if !entries.isEmpty { send(entries) }
    }

    /// Sends the rest and says what was left out.
    func finish() {
        let omitted = contents.withLock(\.omitted)
        flush()
        guard omitted > 0 else { return }
        send([
            LogEntry(
                timestamp: clock.now.milliseconds, level: .warn, source: .replication,
                message: "The connectors logged more than \(limit) bytes; \(omitted) lines were left out.")
        ])
    }
}
