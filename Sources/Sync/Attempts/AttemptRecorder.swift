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
    private var lastFlush = BootClock.now
    private var saving: Task<Void, any Error>?
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
        if isDue || lines.count > 1 << 20 { try await flush() }
    }

    private var isDue: Bool { BootClock.now - lastFlush >= settings.flushPeriod }

    /// Saves on time also while no event comes, until it is cancelled: what a connector has done before it fell silent
    /// must not wait for its next word. What cannot be saved is tried again, and told, by the next `record` or `flush`.
    func keepSaving() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: settings.flushPeriod / 2)
            if isDue, saving == nil { _ = await startSaving().result }
        }
    }

    /// A line of the platform's own in the attempt's log.
    func note(_ level: LogMessage.Level, _ message: String) {
        add(LogEntry(timestamp: SystemClock().now.milliseconds, level: level, source: .platform, message: message))
    }

    private func add(_ entry: LogEntry) {
        let line: JSON = [
            "timestamp": .integer(entry.timestamp), "level": .string(entry.level.rawValue.lowercased()),
            "logSource": .string(entry.source.rawValue), "message": .string(entry.message),
        ]
        line.write(into: &lines)
        lines.append(10)
    }

    /// Saves what is not saved yet.
    func flush() async throws {
        // One after the other, so that no older state is written over a newer one.
        while let saving { _ = await saving.result }
        let task = startSaving()
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private func startSaving() -> Task<Void, any Error> {
        let task = Task {
            defer { saving = nil }
            try await save()
        }
        saving = task
        return task
    }

    /// States and counts are saved together, so that neither runs ahead of the other.
    private func save() async throws {
        guard state != .empty || stats != nil || !lines.isEmpty else { return }
        let (state, stats, lines) = take()
        do {
            try await write(state, stats, lines)
            lastFlush = BootClock.now
        } catch {
            // What came meanwhile is newer.
            self.state = state.merging(self.state)
            self.stats = self.stats ?? stats
            self.lines = lines + self.lines
            throw error
        }
    }

    private func take() -> (ConnectionState, AttemptStats?, [UInt8]) {
        defer {
            state = .empty
            stats = nil
            lines = []
        }
        return (state, stats, lines)
    }

    private func write(_ state: ConnectionState, _ stats: AttemptStats?, _ lines: [UInt8]) async throws {
        let (job, attempt, cap) = (job, attempt, settings.logCap)
        while true {
            do {
                return try await flow.fenced { session in
                    let now = Instant(microseconds: try session.now())
                    try session.save(state, of: job.connectionID, at: now)
                    if let stats { try session.saveStats(stats, of: job.id, attempt: attempt, at: now) }
                    try session.appendLog(lines, of: job.id, attempt: attempt, cap: cap, at: now)
                }
            } catch let error as DatabaseError where error.code == .unavailable || error.code == .conflict {
                try await Task.sleep(for: .milliseconds(500))
            }
        }
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
