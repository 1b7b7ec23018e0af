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
    /// The streams that are read from their beginning because their schema has grown.
    private let backfilled: Set<StreamDescriptor>
    private let flow: Flow
    private let settings: SyncSettings

    private var state = ConnectionState.empty
    private var stats: AttemptStats?
    private var lines: [UInt8] = []
    /// Rejected records, one a line.
    private var rejects: [UInt8] = []
    /// How many pieces of the log and of the rejects were taken to be saved, and how many bytes of log were kept in all.
    private var pieces = 0
    private var logged: Int64 = 0
    private var lastSave = BootClock.now
    private var saving: Task<Void, any Error>?
    private(set) var summary: ReplicationSummary?

    init(job: Job, attempt: Int, backfilled: [StreamDescriptor], flow: Flow, settings: SyncSettings) {
        self.job = job
        self.attempt = attempt
        self.backfilled = Set(backfilled)
        self.flow = flow
        self.settings = settings
    }

    func record(_ event: ReplicationEvent) async throws {
        switch event {
        case .log(let entries): for entry in entries { add(entry) }
        case .rejected(let records): for record in records { add(record) }
        case .state(let committed, let counts):
            state = state.merging(committed)
            stats = AttemptStats(counts, backfilled: backfilled)
        case .progress(let counts): stats = AttemptStats(counts, backfilled: backfilled)
        case .finished(let summary):
            self.summary = summary
            stats = AttemptStats(summary.stats, backfilled: backfilled, warnings: summary.warnings)
        case .started, .control, .answered: break
        }
        // A state is saved at once: whatever is not saved when the worker dies is read again.
        if isDue || state != .empty || lines.count + rejects.count > 1 << 20 { try await flush() }
    }

    private var isDue: Bool { BootClock.now - lastSave >= settings.flushPeriod }

    /// Saves on time also while no event comes, until it is cancelled. What cannot be saved is tried again, and told, by
    /// the next `record` or `flush`.
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

    /// Keeps the line unless the log is full; the platform and the replication may say a little more, for they tell how
    /// the attempt ended.
    private func add(_ entry: LogEntry) {
        let isConnector = entry.source == .source || entry.source == .destination
        let cap = isConnector ? settings.logCap : settings.logCap + (1 << 20)
        guard logged < cap else { return }
        let isFull = logged >= settings.logCap
        write(entry)
        guard !isFull, logged >= settings.logCap else { return }
        write(
            LogEntry(
                timestamp: entry.timestamp, level: .warn, source: .platform,
                message: "The log of this attempt is full; further lines of its connectors are left out."))
    }

    private func write(_ entry: LogEntry) {
        let start = lines.count
        let line: JSON = [
            "timestamp": .integer(entry.timestamp), "level": .string(entry.level.rawValue.lowercased()),
            "logSource": .string(entry.source.rawValue), "message": .string(entry.message),
        ]
        line.write(into: &lines)
        lines.append(10)
        logged += Int64(lines.count - start)
    }

    private func add(_ record: RejectedRecord) {
        // What is no JSON is kept as the text that it was.
        let data = Array(record.data.utf8).withUnsafeBufferPointer {
            try? JSON.parse($0, nesting: JSON.deepestNesting - 1)
        }
        var line: JSON = ["stream": .string(record.stream.name)]
        line["namespace"] = record.stream.namespace.map { .string($0) }
        line["reason"] = .string(record.reason)
        line["data"] = data ?? .string(record.data)
        line.write(into: &rejects)
        rejects.append(10)
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
        guard state != .empty || stats != nil || !lines.isEmpty || !rejects.isEmpty else { return }
        let taken = (state: state, stats: stats, lines: lines, rejects: rejects, piece: pieces)
        (state, stats, lines, rejects, pieces) = (.empty, nil, [], [], pieces + 1)
        do {
            try await write(taken.state, taken.stats, taken.lines, taken.rejects, piece: taken.piece)
            lastSave = BootClock.now
        } catch {
            // Nothing of it was committed. What came meanwhile is newer.
            state = taken.state.merging(state)
            stats = stats ?? taken.stats
            lines = taken.lines + lines
            rejects = taken.rejects + rejects
            pieces = taken.piece
            throw error
        }
    }

    private func write(
        _ state: ConnectionState, _ stats: AttemptStats?, _ lines: [UInt8], _ rejects: [UInt8], piece: Int
    ) async throws {
        let (job, attempt) = (job, attempt)
        while true {
            do {
                return try await flow.fenced { session in
                    let now = Instant(microseconds: try session.now())
                    try session.save(state, of: job.connectionID, at: now)
                    if let stats { try session.saveStats(stats, of: job.id, attempt: attempt, at: now) }
                    try session.appendLog(lines, of: job.id, attempt: attempt, chunk: piece, at: now)
                    try session.appendRejects(rejects, of: job.id, attempt: attempt, chunk: piece, at: now)
                }
            } catch let error as DatabaseError where error.code == .unavailable || error.code == .conflict {
                // It may have been committed after all: all of it bears being written twice.
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }
}
