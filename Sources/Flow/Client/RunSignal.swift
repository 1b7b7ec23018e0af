package import JSON

/// A word to a run from outside.
package enum RunSignal: Sendable, Hashable {
    /// A waiting run ends at once; a running one is told, and ends when its processes are gone.
    case cancel(reason: String)
    /// Parks a run; one that is held is asked to come to rest first.
    case pause
    /// Puts a paused or otherwise parked run back.
    case resume
    /// Makes a waiting run due at once.
    case runNow
    /// What the run works on has changed. Kept until the run takes it, with `take` or `wait`.
    case updated
    /// Kept until the run takes it, with `take` or `wait`.
    case custom(SignalName, JSON = .null)

    /// What became of it.
    package enum Delivery: Sendable, Hashable {
        /// The run is cancelled, by this signal, now.
        case ended
        /// The run has it or will find it.
        case delivered
        /// The run had ended before.
        case late
    }

    package var name: SignalName {
        switch self {
        case .cancel: "cancel"
        case .pause: "pause"
        case .resume: "resume"
        case .runNow: "run now"
        case .updated: "updated"
        case .custom(let name, _): name
        }
    }

    package var payload: JSON {
        switch self {
        case .cancel(let reason): .string(reason)
        case .custom(_, let payload): payload
        case .pause, .resume, .runNow, .updated: .null
        }
    }
}

extension RunSignal {
    /// What a child tells its parent.
    static func ended(_ child: RunID) -> RunSignal { .custom(endedName(child)) }

    static func endedName(_ child: RunID) -> SignalName { "run \(child) ended" }
}
