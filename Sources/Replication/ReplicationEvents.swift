import Airbyte
import JSON
import Launcher
import Posix
import Time

/// The events of one attempt; see `ReplicationAttempt.events`.
package struct ReplicationEvents: AsyncSequence, Sendable {
    package typealias Element = ReplicationEvent

    let host: AttemptHost
    let plan: AttemptPlan

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(host: host, plan: plan, frames: host.events.makeAsyncIterator())
    }

    package struct AsyncIterator: AsyncIteratorProtocol {
        let host: AttemptHost
        let plan: AttemptPlan
        var frames: AttemptEvents.AsyncIterator
        private let start = SystemClock().now
        private var isDone = false
        private var stats: ReplicationStats?

        init(host: AttemptHost, plan: AttemptPlan, frames: AttemptEvents.AsyncIterator) {
            self.host = host
            self.plan = plan
            self.frames = frames
        }

        package mutating func next() async -> ReplicationEvent? {
            guard !isDone else { return nil }
            if let frame = await frames.next() {
                guard let event = try? JSON.parse(frame).decode(ReplicationEvent.self) else {
                    // A process that talks nonsense is not to be trusted with data.
                    host.kill()
                    return await lost()
                }
                note(event)
                return event
            }
            if Task.isCancelled {
                isDone = true
                return nil
            }
            return await lost()
        }

        private mutating func note(_ event: ReplicationEvent) {
            switch event {
            case .state(_, let stats), .progress(let stats): self.stats = stats
            case .finished, .answered: isDone = true
            case .log, .rejected, .started, .control: break
            }
        }

        /// The process ended without its last word.
        private mutating func lost() async -> ReplicationEvent {
            isDone = true
            let end = await host.finished()
            let now = SystemClock().now
            let redactor = Redactor(plan.secrets)
            let failure = FailureReason(
                .platform, .system, "The attempt's process ended before its work was done: \(Self.reason(end)).",
                internalMessage: end.errorTail.isEmpty ? nil : redactor.redact(end.errorTail), at: now)
            switch plan {
            case .command: return .answered(CommandOutcome(failure: failure))
            case .replicate(let plan):
                var stats =
                    stats ?? ReplicationStats(streams: plan.catalog.streams.map { StreamStats(stream: $0.descriptor) })
                for index in stats.streams.indices
                where !stats.streams[index].status.isTerminal && stats.streams[index].status != .pending {
                    stats.streams[index].status = .incomplete
                }
                return .finished(
                    ReplicationSummary(
                        status: .failed, stats: stats, failures: [failure], startedAt: start.milliseconds,
                        endedAt: now.milliseconds))
            }
        }

        private static func reason(_ end: AttemptEnd) -> String {
            switch end.reason {
            case .deadlinePassed: "its worker did not renew its hold in time"
            case .ownerGone: "its worker was gone"
            case .failed: "it failed"
            case .survivors: "some of its processes could not be killed at once"
            case .done, .misused: "\(end.exit)"
            case nil:
                end.exit == .signalled(9)
                    ? "it was killed (signal 9), by its worker or for want of memory" : "\(end.exit)"
            }
        }
    }
}
