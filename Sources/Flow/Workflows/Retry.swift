/// How often and after which pauses failed work is tried again.
///
/// Pauses grow from `first` by `factor` up to `cap`; `jitter` is the share of a pause that is drawn by chance.
package struct Retry: Sendable, Hashable {
    package var limit: Int
    package var first: Duration
    package var factor: Double
    package var cap: Duration
    package var jitter: Double

    package init(limit: Int, first: Duration, factor: Double = 2, cap: Duration = .seconds(3600), jitter: Double = 0.2)
    {
        self.limit = max(0, limit)
        self.first = max(.zero, first)
        self.factor = max(1, factor)
        self.cap = max(.zero, cap)
        self.jitter = min(1, max(0, jitter))
    }

    package static let never = Retry(limit: 0, first: .zero)

    /// At most `limit` further tries, each after the same pause.
    package static func upTo(_ limit: Int, pausing pause: Duration) -> Retry {
        Retry(limit: limit, first: pause, factor: 1, jitter: 0)
    }

    /// What to do after a failure.
    package enum Decision: Sendable, Hashable {
        case giveUp
        /// `counted`: whether the failure used up one of the tries.
        case again(after: Duration, counted: Bool)
    }

    /// - `failures`: those counted before this one. `chance`: a number in 0 ..< 1.
    package func decide(_ error: any Error, failures: Int, chance: Double) -> Decision {
        switch (error as? any ClassifiedError)?.errorClass ?? .transient {
        case .config: .giveUp
        case .system(let pause): .again(after: pause, counted: false)
        case .rateLimit(let asked):
            // Never before the time that was asked for; spread behind it, so that not all come back at once.
            .again(
                after: max(asked ?? .zero, max(pause(after: failures, chance: 0), .seconds(1))) * (1 + jitter * chance),
                counted: false)
        case .transient where failures >= limit: .giveUp
        case .transient: .again(after: pause(after: failures, chance: chance), counted: true)
        }
    }

    package func pause(after failures: Int, chance: Double) -> Duration {
        var pause = first
        for _ in 0..<min(failures, 64) where pause < cap { pause = pause * factor }
        return min(pause, cap) * (1 - jitter * chance)
    }
}
