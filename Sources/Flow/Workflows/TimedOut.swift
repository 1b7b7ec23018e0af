/// One of a run's limits has passed.
package struct TimedOut: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Limit: String, Sendable, Hashable { case queueWait, runTime, silence }

    package let limit: Limit
    package let duration: Duration

    package init(_ limit: Limit, _ duration: Duration) {
        self.limit = limit
        self.duration = duration
    }

    package var description: String {
        let seconds = duration.components.seconds
        return switch limit {
        case .queueWait: "No worker took the run within \(seconds) s. Is one running, with a seat free?"
        case .runTime: "The run did not end within \(seconds) s, its limit."
        case .silence: "The run gave no sign of life for \(seconds) s, its limit."
        }
    }
}

extension TimedOut: ClassifiedError {
    package var errorClass: ErrorClass { limit == .silence ? .transient : .config }
}
