import Airbyte
import Flow
import JSON
import Log
import Model
import Posix
import Replication
import SQL
import Store
import Time

/// Saves what an attempt's process reports: states, counts and log lines, together and under the run's fence.
///
/// Where the database does not answer, saving waits and the attempt waits with it; the lease bounds how long.
actor AttemptRecorder {
    private let job: Job
    private let attempt: Int
    private let flow: Flow
    private let settings: SyncSettings

    private var state = ConnectionState.empty
    private var stats: AttemptStats?
    private var lines: [UInt8] = []
    /// How many pieces of the log are saved, and how many bytes were kept in all.
    private var chunks = 0
    private var logged: Int64 = 0
    private var lastFlush = BootClock.now
    private(set) var summary: ReplicationSummary?

    init(job: Job, attempt: Int, flow: Flow, settings: SyncSettings) {
        self.job = job
        self.attempt = attempt
        self.flow = flow
        self.settings = settings
    }

    func record(_ event: ReplicationEvent) async throws {
        switch event {
        case .log(let entries): for entry in entries { add(entry) }
        case .state(let committed, let counts):
            state = state.merging(committed)
            stats = AttemptStats(counts)
        case .progress(let counts): stats = AttemptStats(counts)
        case .finished(let summary):
            self.summary = summary
            stats = AttemptStats(summary.stats)
        case .started, .control, .answered: break
        }
        // A state is saved at once: whatever is not saved when the worker dies is read again.
        let isDue = BootClock.now - lastFlush >= settings.flushPeriod || lines.count > 1 << 20
        if isDue || state != .empty { try await flush() }
    }

    /// A line of the platform's own in the attempt's log.
    func note(_ level: LogMessage.Level, _ message: String) {
        add(LogEntry(timestamp: SystemClock().now.milliseconds, level: level, source: .platform, message: message))
    }

    /// Keeps the line, unless the attempt has said enough.
    private func add(_ entry: LogEntry) {
        guard logged < settings.logCap else { return }
        let start = lines.count
        write(entry)
        logged += Int64(lines.count - start)
        guard logged >= settings.logCap else { return }
        write(
            LogEntry(
                timestamp: entry.timestamp, level: .warn, source: .platform,
                message: "The log of this attempt is full; further lines are left out."))
    }

    private func write(_ entry: LogEntry) {
        let line: JSON = [
            "timestamp": .integer(entry.timestamp), "level": .string(entry.level.rawValue.lowercased()),
            "logSource": .string(entry.source.rawValue), "message": .string(entry.message),
        ]
        line.write(into: &lines)
        lines.append(10)
    }

    /// Saves what is not saved yet. States and counts are saved together, so that neither runs ahead of the other.
    func flush() async throws {
        let state = state
        let stats = stats
        let (lines, chunk) = (lines, chunks)
        guard state != .empty || stats != nil || !lines.isEmpty else { return }
        let (job, attempt) = (job, attempt)
        while true {
            do {
                try await flow.fenced { session in
                    let now = Instant(microseconds: try session.now())
                    try session.save(state, of: job.connectionID, at: now)
                    if let stats { try session.saveStats(stats, of: job.id, attempt: attempt, at: now) }
                    try session.appendLog(lines, of: job.id, attempt: attempt, chunk: chunk, at: now)
                }
                break
            } catch let error as DatabaseError where error.code == .unavailable || error.code == .conflict {
                // It may have been committed after all: all of it bears being written twice.
                try await Task.sleep(for: .milliseconds(500))
            }
        }
        self.state = .empty
        self.stats = nil
        self.lines.removeFirst(lines.count)
        chunks += 1
        lastFlush = BootClock.now
    }
}

extension AttemptStats {
    init(_ stats: ReplicationStats) {
        self.init(
            streams: stats.streams.map { stream in
                Stream(
                    descriptor: stream.stream, recordsEmitted: Int64(stream.counts.recordsEmitted),
                    bytesEmitted: Int64(stream.counts.bytesEmitted),
                    recordsCommitted: Int64(stream.counts.recordsCommitted),
                    bytesCommitted: Int64(stream.counts.bytesCommitted),
                    recordsRejected: Int64(stream.counts.recordsRejected), status: stream.status.rawValue.lowercased())
            },
            sourceStates: Int64(stats.sourceStates), destinationStates: Int64(stats.destinationStates))
    }
}
