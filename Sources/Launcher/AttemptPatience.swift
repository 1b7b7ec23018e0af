/// How long a worker bears with an attempt's process that does not do its part, before it kills it.
package struct AttemptPatience: Sendable {
    /// After the deadline, at which it should have ended of itself.
    package var afterDeadline: Duration = .seconds(2)
    /// After a cancel's grace, when everything should have ended.
    package var afterCancel: Duration = .seconds(10)
    /// While it is stopped (SIGSTOP): a stopped guard guards nothing.
    package var whileStopped: Duration = .seconds(10)
    /// While a container engine does not delete what the attempt left.
    package var forContainers: Duration = .seconds(60)

    package init() {}
}
