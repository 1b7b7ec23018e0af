package import Posix

/// The worker's side of one attempt's process: starts it, feeds its deadline, takes its events, and sees it end.
///
/// A worker that dies takes the attempt with it. One that drops the host ends the attempt the hard way.
package final class AttemptHost: Sendable {
    /// For one consumer. Not taking events stalls the attempt; it does not stall `finished`.
    package let events: AttemptEvents
    private let attendant: AttemptAttendant

    private init(attendant: AttemptAttendant) {
        self.attendant = attendant
        events = AttemptEvents(handoff: attendant.handoff)
    }

    deinit {
        attendant.handoff.abandon()
        attendant.commands.kill()
    }

    /// Makes the job directory and starts the process, which runs `AttemptGuard.run`.
    ///
    /// - Parameters:
    ///   - deadline: when it ends itself unless `keepAlive` came before.
    ///   - environment: exactly what the process gets, besides the mark; no secret belongs in it.
    ///   - report: hears, in a sentence, of processes that do not die.
    package static func start(
        program: String = Program.path, arguments: [String] = ["attempt"], plan: [UInt8], mark: OwnerMark,
        jobDirectory: String, deadline: BootInstant, environment: [String: String],
        patience: AttemptPatience = AttemptPatience(), report: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws(LauncherError) -> AttemptHost {
        guard plan.count <= Frame.limit else {
            throw LauncherError(
                .badFrame,
                "What the attempt is to do takes \(plan.count) bytes, states included; the limit is \(Frame.limit).")
        }
        let order = AttemptOrder(
            program: program, arguments: arguments, plan: plan, mark: mark, jobDirectory: jobDirectory,
            deadline: deadline, environment: environment, patience: patience, report: report)
        return AttemptHost(attendant: try await AttemptAttendant.start(order))
    }

    /// Moves the deadline on. Returns at once, whatever state the process is in.
    package func keepAlive(until deadline: BootInstant) { attendant.commands.keepAlive(until: deadline) }

    /// Asks the connectors to end, kills them after `grace`, and kills the whole attempt if it still goes on then.
    package func cancel(grace: Duration) { attendant.commands.cancel(grace: grace) }

    /// Kills the attempt now.
    package func kill() { attendant.commands.kill() }

    /// Returns when the process has ended, nothing that came of it lives, and the job directory is gone.
    ///
    /// Cancelling the waiting task changes nothing: what must be dead is waited for.
    package func finished() async -> AttemptEnd { await attendant.commands.ended() }
}
