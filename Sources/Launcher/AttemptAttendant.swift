import Posix

/// The thread that looks after one attempt's process: starts it, tells it what the worker wants, kills it when it
/// does not obey, and cleans up after it. A second thread reads its events.
struct AttemptAttendant: Sendable {
    let handoff: EventHandoff
    let commands: AttemptCommands

    static func start(_ order: AttemptOrder) async throws(LauncherError) -> AttemptAttendant {
        let result: Result<AttemptAttendant, LauncherError> = await withCheckedContinuation { continuation in
            Thread.start {
                let watch: AttemptWatch
                do throws(LauncherError) {
                    watch = try AttemptWatch(order)
                } catch {
                    continuation.resume(returning: .failure(error))
                    return
                }
                continuation.resume(
                    returning: .success(AttemptAttendant(handoff: watch.handoff, commands: watch.commands)))
                watch.commands.end(watch.run())
            }
        }
        return try result.get()
    }
}
