/// What the replication itself cannot go on with.
package struct ReplicationError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable {
        case unreadablePlan, unreadableEvent, unsentEvent, ambiguousMapping, partialLegacyClear, unusableMapper
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
