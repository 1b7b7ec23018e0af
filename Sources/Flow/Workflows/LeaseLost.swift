/// The run is not this worker's any more: nothing that it still does may be written.
package struct LeaseLost: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
