import Synchronization

/// Something that happens once, seen by several threads.
package final class Flag: Sendable {
    private let value = Atomic(false)

    package init() {}

    package var isUp: Bool { value.load(ordering: .acquiring) }

    /// True for the first caller.
    @discardableResult
    package func raise() -> Bool { !value.exchange(true, ordering: .acquiringAndReleasing) }
}
