/// When what a destination has taken in is committed.
package struct BatchLimits: Sendable {
    package var rows = 100_000
    /// Of input lines.
    package var bytes = 32 << 20
    /// How long a row or state may wait for the next one.
    package var idleMilliseconds = 1000
    /// How long a state may wait at all.
    package var age: Duration = .seconds(10)

    package init() {}
}
