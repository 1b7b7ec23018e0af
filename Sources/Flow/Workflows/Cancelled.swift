/// Ends the run as cancelled; it is never run again.
package struct Cancelled: Error, Hashable, Sendable {
    package let reason: String

    package init(_ reason: String) { self.reason = reason }
}
