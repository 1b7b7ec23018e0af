import Airbyte
import JSON
import Launcher
import Posix
import Synchronization
import Time

/// The program of an attempt's process: `swiftlet attempt` and `swiftlet-worker attempt`.
package enum AttemptProgram {
    /// For `main`, on the main thread, before anything else. Ends the process.
    package static func run() -> Never {
        AttemptGuard.run { context in
            let plan = try AttemptPlan(decoding: context.plan)
            let sender = EventSender(context)
            switch plan {
            case .replicate(let plan):
                ReplicationLaunch(
                    context: context, plan: plan, isMuted: { sender.hasFailed }, send: sender.send
                ).run()
            case .command(let plan): CommandRun(context: context, plan: plan, send: sender.send).run()
            }
            try sender.check()
        }
    }
}

/// Sends events as frames. An attempt whose worker missed one does not finish: it ends as broken.
private final class EventSender: Sendable {
    private let context: AttemptContext
    private let failure = Mutex<String?>(nil)

    init(_ context: AttemptContext) { self.context = context }

    func send(_ event: ReplicationEvent) {
        guard failure.withLock({ $0 == nil }) else { return }
        do {
            try context.send(try JSON.encode(event).bytes)
        } catch {
            failure.withLock { $0 = "The worker cannot be told what happened: \(error)" }
        }
    }

    var hasFailed: Bool { failure.withLock { $0 != nil } }

    func check() throws {
        if let message = failure.withLock({ $0 }) { throw ReplicationError(.unsentEvent, message) }
    }
}
