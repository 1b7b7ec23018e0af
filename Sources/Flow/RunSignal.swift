package import JSON

/// A word to a run from outside.
package enum RunSignal: Sendable, Hashable {
    /// A waiting run ends at once; a running one is told, and ends when its processes are gone.
    case cancel(reason: String)
    /// Parks a waiting run; a running one finds it with `wait(for: "pause")`.
    case pause
    /// Puts a parked run back.
    case resume
    /// Makes a waiting run due at once.
    case runNow
    /// Kept until the run takes it with `wait(for:)`.
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
        case .custom(let name, _): name
        }
    }

    package var payload: JSON {
        switch self {
        case .cancel(let reason): .string(reason)
        case .custom(_, let payload): payload
        case .pause, .resume, .runNow: .null
        }
    }
}

extension RunSignal {
    /// What a child tells its parent.
    static func ended(_ child: RunID) -> RunSignal { .custom(endedName(child)) }

    static func endedName(_ child: RunID) -> SignalName { "run \(child) ended" }
}
