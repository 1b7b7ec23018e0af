package import Posix

/// Gives the run back at once, because its worker is stopping; another worker goes on with it.
package struct HandOver: Error, Hashable, Sendable {
    /// When the worker cancels the run's task.
    package let until: BootInstant

    package init(until: BootInstant) { self.until = until }
}
