/// What somebody may do in a workspace; each may do what those before it may.
package enum Role: Int, Sendable, Comparable, CaseIterable {
    /// Sees everything but secrets.
    case reader
    /// Starts and cancels jobs.
    case runner
    /// Changes sources, destinations, connections and what hangs on them.
    case editor
    /// Changes the workspace and who may do what in it.
    case admin

    package static func < (a: Role, b: Role) -> Bool { a.rawValue < b.rawValue }
}
