import Airbyte
import Posix

/// Hands the worker what is new: committed states soon, counts at least once a second while they move, logs.
struct AttemptReporter {
    private let ledger: AttemptLedger
    private let log: LogBatch
    private let rejects: RejectBatch
    private let interval: Duration
    private let send: @Sendable (ReplicationEvent) -> Void
    private var next: BootInstant
    private var nextProgress: BootInstant

    init(
        ledger: AttemptLedger, log: LogBatch, rejects: RejectBatch, limits: ReplicationLimits,
        send: @escaping @Sendable (ReplicationEvent) -> Void
    ) {
        self.ledger = ledger
        self.log = log
        self.rejects = rejects
        self.send = send
        interval = .milliseconds(max(10, limits.reportMilliseconds))
        next = BootClock.now
        nextProgress = BootClock.now
    }

    /// How long there is nothing to do.
    var pause: Duration { min(interval, max(.milliseconds(1), next - BootClock.now)) }

    mutating func report(isLast: Bool = false) {
        let now = BootClock.now
        guard isLast || now >= next else { return }
        next = now + interval
        log.flush()
        rejects.flush()
        if let committed = ledger.takeCommitted() {
            send(.state(committed.state, committed.stats))
            nextProgress = now + .seconds(1)
        } else if isLast || now >= nextProgress, let stats = ledger.takeStats() {
            send(.progress(stats))
            nextProgress = now + .seconds(1)
        }
    }
}
