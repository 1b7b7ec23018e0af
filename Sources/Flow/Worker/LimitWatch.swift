import Posix
import Service
import Time

/// Tells a held run when one of its limits passes, and cancels a body that does not come to rest then.
struct LimitWatch: Sendable {
    let hold: RunHold
    let body: Task<String, any Error>
    /// How long the body may take to come to rest.
    let grace: Duration

    /// Whether there is anything to watch.
    var isNeeded: Bool { hold.run.expiresAt != nil || hold.run.silenceLimit != nil }

    /// Returns when a limit has passed and the body was dealt with, or when the task is cancelled.
    func watch() async {
        let runtime = hold.runtime
        while !Task.isCancelled {
            let (deadline, timedOut) = next
            let left = deadline - runtime.now()
            if left <= .zero {
                hold.expiry.set(timedOut)
                try? await runtime.sleep(grace)
                if !Task.isCancelled { body.cancel() }
                return
            }
            try? await runtime.sleep(left)
        }
    }

    /// The limit that passes first.
    private var next: (BootInstant, TimedOut) {
        let run = hold.run
        var first = (BootInstant.distantFuture, TimedOut(.runTime, run.runLimit ?? .zero))
        if let expiresAt = run.expiresAt { first.0 = run.answeredAt + (expiresAt - run.claimedAt) }
        if let silence = run.silenceLimit, hold.lastBeat + silence < first.0 {
            first = (hold.lastBeat + silence, TimedOut(.silence, silence))
        }
        return first
    }
}
