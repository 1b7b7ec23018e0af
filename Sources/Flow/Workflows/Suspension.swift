package import Time

/// Leaves the run until a time on the database's clock, or until a signal of the awaited name comes in.
package struct Suspension: Error, Hashable, Sendable {
    package let until: Instant
    package let awaits: SignalName?

    package init(until: Instant, awaiting signal: SignalName? = nil) {
        self.until = until
        awaits = signal
    }
}
