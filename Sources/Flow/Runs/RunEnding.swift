import SQL
package import Time

/// How a pass of a run ends, decided from what its body did and what was asked of it.
package enum RunEnding: Sendable, Hashable {
    case succeeded(output: String)
    case failed(RunFailure)
    case cancelled(reason: String)
    /// Asleep until a time, or until a signal comes in.
    case asleep(until: Instant, awaits: SignalName?)
    /// Back after a pause; `counted`: whether that used up a try.
    case again(after: Duration, counted: Bool, failure: RunFailure?)
    case handedOver
    /// Set aside until something has changed: this worker cannot make sense of what is stored.
    case parked(because: ParkReason, detail: String)
    /// Put back in place of a worker that is gone.
    case rescued(because: String)
    /// Held no more: there is nothing to write.
    case lost

    /// What counts besides the body's own outcome.
    package struct Circumstances: Sendable {
        /// What the flow was spent with, which a body may have caught and hidden.
        package var spent: (any Error)?
        package var isLost: Bool
        package var cancelReason: String?
        package var isHandingOver: Bool
        package var timedOut: TimedOut?
        package var failures: Int
        package var retry: Retry
        /// A number in 0 ..< 1, for the pause before a retry.
        package var chance: Double

        package init(
            spent: (any Error)? = nil, isLost: Bool = false, cancelReason: String? = nil, isHandingOver: Bool = false,
            timedOut: TimedOut? = nil, failures: Int = 0, retry: Retry = .never, chance: Double = 0
        ) {
            self.spent = spent
            self.isLost = isLost
            self.cancelReason = cancelReason
            self.isHandingOver = isHandingOver
            self.timedOut = timedOut
            self.failures = failures
            self.retry = retry
            self.chance = chance
        }
    }

    /// The rules. Losing the lease comes before everything; what the flow was spent with before what the body made of
    /// it; a cancellation, a time-out or a hand-over that was asked for before the errors it brought
    /// about.
    package static func decide(_ outcome: Result<String, any Error>, _ circumstances: Circumstances) -> RunEnding {
        if circumstances.isLost { return .lost }
        if let spent = circumstances.spent, let ending = leaving(with: spent) { return ending }
        switch outcome {
        case .success(let output): return .succeeded(output: output)
        case .failure(let error):
            if let ending = leaving(with: error) { return ending }
            if let reason = circumstances.cancelReason { return .cancelled(reason: reason) }
            if circumstances.timedOut == nil, circumstances.isHandingOver { return .handedOver }
            if let error = error as? FlowError, error.code == .unreadable {
                return .parked(because: .unreadable, detail: error.message)
            }
            let error = circumstances.timedOut ?? error
            switch circumstances.retry.decide(error, failures: circumstances.failures, chance: circumstances.chance) {
            case .giveUp: return .failed(RunFailure(error))
            case .again(let pause, let counted):
                return .again(after: pause, counted: counted, failure: RunFailure(error))
            }
        }
    }

    /// After which pause the run is due again by itself; nil where it is not.
    package func pause(from now: Instant) -> Duration? {
        switch self {
        case .asleep(let until, _) where until != .never: until - now
        case .again(let pause, _, _): pause
        default: nil
        }
    }

    private static func leaving(with error: any Error) -> RunEnding? {
        switch error {
        case let suspension as Suspension: .asleep(until: suspension.until, awaits: suspension.awaits)
        case let cancelled as Cancelled: .cancelled(reason: cancelled.reason)
        case let snooze as Snooze: .again(after: snooze.pause, counted: false, failure: nil)
        case let surrender as GiveUp: .failed(RunFailure(surrender))
        case is HandOver: .handedOver
        case is LeaseLost: .lost
        default: nil
        }
    }
}
