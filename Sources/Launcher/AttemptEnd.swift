package import Posix

/// How an attempt's process ended. Nothing of the attempt lives any more.
package struct AttemptEnd: Sendable {
    package let exit: ChildExit
    /// The last of what the attempt's process itself wrote to its standard error.
    package let errorTail: String

    /// Nil when it was killed, or ended with a code of its own, by a trap for one.
    package var reason: GuardExit? {
        guard case .exited(let code) = exit else { return nil }
        return GuardExit(rawValue: code)
    }
}
