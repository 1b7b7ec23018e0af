import Airbyte
package import Time

/// One attempt of a replication, from the start of its connectors to its summary. Runs on the caller's thread and a
/// few of its own; every one of them blocks.
package struct ReplicationRun: Sendable {
    /// Starts one of the two connectors. The handler gets the lines of its standard error.
    package typealias Launch = (ConnectorRole, @escaping @Sendable ([UInt8]) -> Void) throws -> any RunningConnector

    private let plan: ReplicationPlan
    private let clock: any WallClock
    private let isCancelled: @Sendable () -> Bool
    private let send: @Sendable (ReplicationEvent) -> Void

    /// - Parameters:
    ///   - send: may be called on any thread, and may block.
    package init(
        _ plan: ReplicationPlan, clock: any WallClock = SystemClock(), isCancelled: @escaping @Sendable () -> Bool,
        send: @escaping @Sendable (ReplicationEvent) -> Void
    ) {
        self.plan = plan
        self.clock = clock
        self.isCancelled = isCancelled
        self.send = send
    }

    /// Blocks until both connectors have ended, and sends the summary as the last event. `launch` is called on this
    /// thread, for the destination first.
    @discardableResult
    package func run(_ launch: Launch) -> ReplicationSummary {
        let start = clock.now
        let summary: ReplicationSummary
        do {
            let table = try StreamTable(plan.catalog, plan.mapping)
            let rules = try RecordRules(plan)
            let supervisor = try ReplicationSupervisor(
                plan: plan, table: table, rules: rules, clock: clock, isCancelled: isCancelled, send: send)
            summary = supervisor.run(startedAt: start, launch)
        } catch let error as ReplicationError {
            summary = failed(.config, error.message, start)
        } catch {
            summary = failed(.system, "\(error)", start)
        }
        send(.finished(summary))
        return summary
    }

    private func failed(_ kind: FailureReason.Kind, _ message: String, _ start: Instant) -> ReplicationSummary {
        let origin: FailureReason.Origin = kind == .config ? .replication : .platform
        return ReplicationSummary(
            status: .failed,
            stats: ReplicationStats(streams: plan.catalog.streams.map { StreamStats(stream: $0.descriptor) }),
            failures: [FailureReason(origin, kind, message, at: clock.now)], startedAt: start.milliseconds,
            endedAt: clock.now.milliseconds)
    }
}
