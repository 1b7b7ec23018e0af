import Airbyte
import JSON
import Launcher
import Posix
import Synchronization
import Time

/// Starts the connectors and the threads of a replication, watches over them, reports, and says how it ended.
struct ReplicationSupervisor: Sendable {
    private let plan: ReplicationPlan
    private let table: StreamTable
    private let clock: any WallClock
    private let isCancelled: @Sendable () -> Bool
    private let send: @Sendable (ReplicationEvent) -> Void
    private let redactor: Redactor
    private let ledger: AttemptLedger
    private let log: LogBatch
    private let progress = PipeProgress()
    private let relayDone = Flag()
    private let readerDone = Flag()
    private let readerBroke = Flag()
    private let stoppedSource = Flag()
    private let stoppedDestination = Flag()
    private let sweptSource = Flag()
    private let sweptDestination = Flag()
    /// Wakes this thread.
    private let news: Wakeup
    private let stopRelay: Wakeup
    private let stopReader: Wakeup

    init(
        plan: ReplicationPlan, table: StreamTable, clock: any WallClock, isCancelled: @escaping @Sendable () -> Bool,
        send: @escaping @Sendable (ReplicationEvent) -> Void
    ) throws(PosixError) {
        self.plan = plan
        self.table = table
        self.clock = clock
        self.isCancelled = isCancelled
        self.send = send
        redactor = Redactor(plan.secrets)
        ledger = AttemptLedger(table, redactor: redactor, clock: clock)
        log = LogBatch(redactor: redactor, limit: plan.limits.logBytes, clock: clock) { send(.log($0)) }
        news = try Wakeup()
        stopRelay = try Wakeup()
        stopReader = try Wakeup()
    }

    func run(startedAt: Instant, _ launch: ReplicationRun.Launch) -> ReplicationSummary {
        var destination: (any RunningConnector)?
        var source: (any RunningConnector)?
        do {
            let started = try start(.destination, launch)
            destination = started
            source = try start(.source, launch)
        } catch let error as LauncherError {
            let role: ConnectorRole = destination == nil ? .destination : .source
            if error.code != .cancelled { ledger.raise(role.origin, error.failureKind, error.message) }
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

    private func startThreads(_ source: any RunningConnector, _ destination: any RunningConnector) {
        let send = send
        let relay = SourceRelay(
            table: table, ledger: ledger, log: log, progress: progress, limits: plan.limits,
            tellsCompletion: plan.destination.supportsRefreshes, clock: clock,
            onControl: { send(.control(.source, config: $0)) }, stop: stopRelay, abandon: stopReader)
        let reader = DestinationReader(
            table: table, ledger: ledger, log: log, progress: progress, limits: plan.limits,
            onControl: { send(.control(.destination, config: $0)) }, stop: stopReader)
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
        var reporter = AttemptReporter(ledger: ledger, log: log, limits: plan.limits, send: send)
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

    private func summary(
        _ source: (any RunningConnector)?, _ destination: (any RunningConnector)?, _ start: Instant
    ) -> ReplicationSummary {
        var verdict = Verdict()
        verdict.isCancelled = isCancelled()
        verdict.source = end(source, stoppedSource)
        verdict.destination = end(destination, stoppedDestination)
        ledger.contents.withLock { contents in
            verdict.traces = contents.traces
            verdict.raised = contents.raised
            verdict.unacknowledged = contents.tracker.unacknowledged
            verdict.undelivered = contents.tracker.undelivered
            verdict.mismatches = contents.tracker.mismatches
            verdict.hasLoss = contents.tracker.hasLoss
            verdict.unreadableRecords = contents.tracker.unreadableRecords
            verdict.isSourceMute =
                table.count > 0 && !contents.sourceHasSpoken && contents.tracker.stats.totals.recordsEmitted == 0
            verdict.destinationStoppedReading = contents.destinationStoppedReading || !contents.isSourceDrained
        }
        let (status, failures) = verdict.decide(at: clock.now)
        let contents = ledger.contents.withLock { contents in
            contents.tracker.finish(isProven: status == .completed)
            return contents
        }
        for sentence in verdict.mismatches { log.add(.warn, .replication, sentence) }
        if status == .completed, !contents.tracker.reportsStatuses {
            log.add(
                .warn, .replication,
                "The source reports no stream statuses: that its streams are complete rests on its exit code alone.")
        }
        for failure in failures { log.add(.error, .replication, failure.externalMessage) }
        let totals = contents.tracker.stats.totals
        log.add(
            .info, .replication,
            """
            The attempt \(status.rawValue): \(totals.recordsEmitted) records read, \(totals.recordsCommitted) committed, \
            \(totals.recordsRejected) rejected.
            """)
        log.finish()
        return ReplicationSummary(
            status: status, stats: contents.tracker.stats, failures: failures, startedAt: start.milliseconds,
            endedAt: clock.now.milliseconds)
    }

    private func end(_ connector: (any RunningConnector)?, _ stopped: Flag) -> Verdict.End {
        guard let connector else { return Verdict.End() }
        let exit = connector.wait(until: BootClock.now + .seconds(15))
        _ = connector.waitForErrors(until: BootClock.now + .seconds(5))
        let tail = redactor.redactEnd(of: connector.errorTail, limit: 4096)
        return Verdict.End(exit: exit, wasStopped: stopped.isUp, errorTail: tail)
    }
}
