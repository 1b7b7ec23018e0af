import Airbyte
import Launcher
import Posix
import Synchronization
import Time

extension ReplicationSupervisor {
    /// What it came to; both connectors have ended or are about to.
    func summary(
        _ source: (any RunningConnector)?, _ destination: (any RunningConnector)?, _ start: Instant
    ) -> ReplicationSummary {
        var verdict = Verdict()
        verdict.isCancelled = isCancelled()
        verdict.source = end(source, stoppedSource)
        verdict.destination = end(destination, stoppedDestination)
        ledger.contents.withLock { contents in
            verdict.countMismatch = plan.countMismatch
            verdict.traces = contents.traces
            verdict.furtherTraces = contents.furtherTraces
            verdict.raised = contents.raised
            verdict.unacknowledged = contents.tracker.unacknowledged
            verdict.undelivered = contents.tracker.undelivered
            verdict.mismatches = contents.tracker.mismatches
            verdict.unreadableRecords = contents.tracker.unreadableRecords
            verdict.isSourceMute =
                table.count > 0 && !contents.sourceHasSpoken && contents.tracker.stats.totals.recordsEmitted == 0
            verdict.destinationStoppedReading = contents.destinationStoppedReading || !contents.isSourceDrained
        }
        verdict.memoryLimit = MemoryLimit.ofThisProcess()
        let (status, failures) = verdict.decide(at: clock.now)
        let contents = ledger.contents.withLock { contents in
            contents.tracker.finish(isProven: status == .completed)
            contents.tracker.mark(\.replicationEnd, at: clock.now)
            return contents
        }
        let warnings = contents.warnings + warnings(status, contents.tracker, verdict)
        for failure in failures { log.add(.error, .replication, failure.externalMessage) }
        let totals = contents.tracker.stats.totals
        log.add(
            .info, .replication,
            """
            The attempt \(status.rawValue): \(totals.recordsEmitted) records read, \(totals.recordsCommitted) committed, \
            \(totals.recordsRejected) rejected, \(totals.recordsFilteredOut) filtered out.
            """)
        log.finish()
        return ReplicationSummary(
            status: status, stats: contents.tracker.stats, failures: failures, warnings: warnings,
            startedAt: start.milliseconds, endedAt: clock.now.milliseconds)
    }

    /// What is told although it is no failure; each is logged too.
    private func warnings(
        _ status: ReplicationSummary.Status, _ tracker: StateTracker, _ verdict: Verdict
    ) -> [AttemptWarning] {
        var warnings =
            verdict.isCountFailure
            ? []
            : verdict.mismatches.map {
                AttemptWarning(.countMismatch, $0.sentence, stream: $0.stream)
            }
        if status == .completed, !tracker.reportsStatuses, table.count > 0 {
            warnings.append(
                AttemptWarning(
                    .noStreamStatuses,
                    "The source reports no stream statuses: that its streams are complete rests on its exit code alone."
                ))
        }
        for stream in tracker.stats.streams where stream.counts.recordsRejected > 0 {
            warnings.append(
                AttemptWarning(
                    .recordsRejected,
                    "\(stream.counts.recordsRejected) records of the stream \(stream.stream) were rejected.",
                    stream: stream.stream))
        }
        for warning in warnings { log.add(.warn, .replication, warning.message) }
        if rejects.omitted > 0 {
            log.add(
                .warn, .replication,
                "Of the rejected records, \(rejects.omitted) are not kept: there is room for "
                    + "\(plan.limits.rejectBytes) bytes of them in an attempt.")
        }
        return warnings
    }

    private func end(_ connector: (any RunningConnector)?, _ stopped: Flag) -> Verdict.End {
        guard let connector else { return Verdict.End() }
        let exit = connector.wait(until: BootClock.now + .seconds(15))
        _ = connector.waitForErrors(until: BootClock.now + .seconds(5))
        let tail = redactor.redactEnd(of: connector.errorTail, limit: 4096)
        return Verdict.End(exit: exit, wasStopped: stopped.isUp, errorTail: tail, fault: connector.fault)
    }
}
