/// Why a call of a connector brought no answer: no worker took it, or the platform failed it.
package struct CallError: Error, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
