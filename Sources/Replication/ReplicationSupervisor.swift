import Airbyte
import JSON
import Launcher
import Posix
import Synchronization
import Time

/// Starts the connectors and the threads of a replication, watches over them, reports, and says how it ended.
struct ReplicationSupervisor: Sendable {
    let plan: ReplicationPlan
    let table: StreamTable
    private let rules: RecordRules
    let clock: any WallClock
    let isCancelled: @Sendable () -> Bool
    private let send: @Sendable (ReplicationEvent) -> Void
    let redactor: SecretMask
    let ledger: AttemptLedger
    let log: LogBatch
    let rejects: RejectBatch
    private let progress = PipeProgress()
    private let relayDone = Flag()
    private let readerDone = Flag()
    private let readerBroke = Flag()
    let stoppedSource = Flag()
    let stoppedDestination = Flag()
    private let sweptSource = Flag()
    private let sweptDestination = Flag()
    /// Wakes this thread.
    private let news: Wakeup
    private let stopRelay: Wakeup
    private let stopReader: Wakeup

    init(
        plan: ReplicationPlan, table: StreamTable, rules: RecordRules, clock: any WallClock,
        isCancelled: @escaping @Sendable () -> Bool,
        send: @escaping @Sendable (ReplicationEvent) -> Void
    ) throws(PosixError) {
        self.plan = plan
        self.table = table
        self.rules = rules
        self.clock = clock
        self.isCancelled = isCancelled
        self.send = send
        redactor = SecretMask(plan.secrets)
        ledger = AttemptLedger(table, countMismatch: plan.countMismatch, redactor: redactor, clock: clock)
        log = LogBatch(redactor: redactor, limit: plan.limits.logBytes, clock: clock) { send(.log($0)) }
        rejects = RejectBatch(limit: plan.limits.rejectBytes) { send(.rejected($0)) }
        news = try Wakeup()
        stopRelay = try Wakeup()
        stopReader = try Wakeup()
    }

    func run(startedAt: Instant, _ launch: ReplicationRun.Launch) -> ReplicationSummary {
        ledger.contents.withLock { $0.tracker.mark(\.replicationStart, at: startedAt) }
        var destination: (any RunningConnector)?
        var source: (any RunningConnector)?
        do {
            let started = try start(.destination, launch)
            destination = started
            source = try start(.source, launch)
        } catch let error as LauncherError {
            let role: ConnectorRole = destination == nil ? .destination : .source
            if error.code != .cancelled { ledger.raise(error.origin(of: role), error.failureKind, error.message) }
        } catch {
            let role: ConnectorRole = destination == nil ? .destination : .source
            ledger.raise(role.origin, .system, "The \(role.rawValue) could not be started: \(error)")
        }
        if let source, let destination {
            startThreads(source, destination)
            watch(source, destination)
        } else if let destination {
            stoppedDestination.raise()
            _ = destination.terminate(grace: .seconds(2))
        }
        return summary(source, destination, startedAt)
    }

    private func start(_ role: ConnectorRole, _ launch: ReplicationRun.Launch) throws -> any RunningConnector {
        let log = log
        let origin: LogEntry.Source = role == .source ? .source : .destination
        let connector = try launch(role) { line in
            if !line.isEmpty { log.add(.error, origin, String(decoding: line, as: UTF8.self)) }
        }
        send(.started(role))
        return connector
    }

    /// What is done with a configuration that a connector wants to be kept: its secrets are masked before it goes on.
    private func hearing(_ role: ConnectorRole) -> @Sendable (JSON) -> Void {
        let (send, redactor) = (send, redactor)
        let old = role == .source ? plan.source.config : plan.destination.config
        return { config in
            redactor.learn(config, replacing: old)
            send(.control(role, config: config))
        }
    }

    private func startThreads(_ source: any RunningConnector, _ destination: any RunningConnector) {
        let relay = SourceRelay(
            table: table, rules: rules, rejects: rejects, ledger: ledger, log: log, progress: progress,
            limits: plan.limits, tellsCompletion: plan.destination.supportsRefreshes,
            takesRowBlocks: plan.rowBlocks != nil, clock: clock,
            onControl: hearing(.source), stop: stopRelay, abandon: stopReader)
        let reader = DestinationReader(
            table: table, ledger: ledger, log: log, progress: progress, limits: plan.limits, clock: clock,
            onControl: hearing(.destination), stop: stopReader)
        let (relayDone, readerDone, readerBroke, news) = (relayDone, readerDone, readerBroke, news)
        Thread.start {
            if let input = destination.input {
                relay.run(from: source, to: input) { endedCleanly(source) }
            }
            relayDone.raise()
            news.signal()
        }
        Thread.start {
            let isWhole = reader.run(destination.output)
            reader.ledger.mark(\.destinationWriteEnd)
            if !isWhole { readerBroke.raise() }
            readerDone.raise()
            news.signal()
        }
    }

    /// Waits for the exit of a source that has closed its output. Never true for one that was asked to end: what it
    /// sent may be a part only.
    private func endedCleanly(_ source: any RunningConnector) -> Bool {
        let grace = plan.limits.graceSeconds
        guard let exit = source.wait(until: BootClock.now + .seconds(grace)) else {
            ledger.raise(
                .source, .system, "The source closed its output but did not exit within \(grace) seconds.")
            stoppedSource.raise()
            _ = source.terminate(grace: .seconds(5))
            return false
        }
        return exit.isSuccess && !stoppedSource.isUp && !isCancelled()
    }

    /// Until the relay has closed the destination's input and the destination its output.
    private func watch(_ source: any RunningConnector, _ destination: any RunningConnector) {
        var reporter = AttemptReporter(ledger: ledger, log: log, rejects: rejects, limits: plan.limits, send: send)
        var cancelDeadline: BootInstant?
        var lingering: BootInstant?
        var deaf: BootInstant?
        while true {
            _ = Poll.wait([.readable(news.descriptor)], until: BootClock.now + reporter.pause)
            news.clear()
            reporter.report()
            let now = BootClock.now
            let isReaderDone = readerDone.isUp
            let isRelayDone = relayDone.isUp
            if isReaderDone, isRelayDone { break }
            // Asked after the reader: whoever ends at the end of the input ends after it was marked.
            if isReaderDone, !progress.hasInputEnded || readerBroke.isUp { giveUp(source, destination, &deaf, now) }
            if isRelayDone, !ledger.contents.withLock(\.isSourceDrained) { stop(source, .source) }
            if isCancelled(), cancelDeadline == nil {
                log.add(.info, .platform, "The attempt was cancelled: the destination may write what it has.")
                stop(source, .source)
                cancelDeadline = now + .seconds(plan.limits.cancelSeconds)
            }
            if let deadline = cancelDeadline, now >= deadline { stop(destination, .destination) }
            if !isRelayDone { watchSource(source, now) }
            watchDestination(destination, now)
            lingering = watchLingerers(source, destination, lingering, now)
        }
        finish(source, destination)
        reporter.report(isLast: true)
    }

    private func watchSource(_ source: any RunningConnector, _ now: BootInstant) {
        let silence = progress.sourceSilence(at: now)
        if let limit = plan.limits.sourceSilenceSeconds, silence > .seconds(limit),
            !stoppedSource.isUp
        {
            ledger.raise(
                .source, .heartbeatTimeout,
                "The source has sent nothing for \(limit) seconds and was stopped.")
            stop(source, .source)
        }
        // Its descendants may hold its output open for ever.
        guard silence > .seconds(5), source.wait(until: now) != nil else { return }
        if sweptSource.raise() { Thread.start { _ = source.terminate(grace: .zero) } }
        if silence > .seconds(20) { stopRelay.signal() }
    }

    private func watchDestination(_ destination: any RunningConnector, _ now: BootInstant) {
        guard let limit = plan.limits.destinationStallSeconds, progress.destinationStall(at: now) > .seconds(limit),
            !stoppedDestination.isUp
        else { return }
        ledger.raise(
            .destination, .destinationTimeout,
            "The destination has neither read nor said anything for \(limit) seconds and was stopped.")
        stop(destination, .destination)
    }

    /// Gives up pipes that stay open although their connector has ended. Returns since when.
    private func watchLingerers(
        _ source: any RunningConnector, _ destination: any RunningConnector, _ since: BootInstant?, _ now: BootInstant
    ) -> BootInstant? {
        guard destination.wait(until: now) != nil else { return nil }
        guard let since else { return now }
        if now - since > .seconds(5), sweptDestination.raise() {
            Thread.start { _ = destination.terminate(grace: .zero) }
        }
        if now - since > .seconds(10) {
            if !relayDone.isUp {
                noteEarlyEnd()
                stop(source, .source)
            }
            stopReader.signal()
        }
        return since
    }

    /// The destination can commit nothing more, so reading on is in vain. It is given time to end of itself, since its
    /// exit says why; `since` is when this began.
    private func giveUp(
        _ source: any RunningConnector, _ destination: any RunningConnector, _ since: inout BootInstant?,
        _ now: BootInstant
    ) {
        if !readerBroke.isUp { noteEarlyEnd() }
        stop(source, .source)
        if since == nil { since = now }
        if let since, now - since > .seconds(min(5, plan.limits.graceSeconds)) { stop(destination, .destination) }
    }

    private func noteEarlyEnd() { ledger.contents.withLock { $0.destinationStoppedReading = true } }

    /// Asks a connector to end, once; its descendants are killed after a while.
    private func stop(_ connector: any RunningConnector, _ role: ConnectorRole) {
        let flag = role == .source ? stoppedSource : stoppedDestination
        if role == .source { stopRelay.signal() }
        guard connector.wait(until: BootClock.now) == nil, flag.raise() else { return }
        let grace = Duration.seconds(min(10, plan.limits.graceSeconds))
        let news = news
        Thread.start {
            _ = connector.terminate(grace: grace)
            news.signal()
        }
    }

    /// Ends a source that nobody reads any more, and waits for a destination that has closed its output.
    private func finish(_ source: any RunningConnector, _ destination: any RunningConnector) {
        let grace = plan.limits.graceSeconds
        if source.wait(until: BootClock.now) == nil {
            stoppedSource.raise()
            _ = source.terminate(grace: .seconds(min(10, grace)))
        }
        guard destination.wait(until: BootClock.now + .seconds(grace)) == nil else { return }
        if stoppedDestination.raise() {
            ledger.raise(
                .destination, .system, "The destination closed its output but did not exit within \(grace) seconds.")
        }
        _ = destination.terminate(grace: .seconds(5))
    }
}
