/// What a caller may do in a workspace; each may also do what those before it may.
package enum Role: String, Sendable, Hashable, CaseIterable, Comparable, Codable {
    /// Looks.
    case reader
    /// Starts and cancels jobs.
    case runner
    /// Changes sources, destinations and connections.
    case editor
    /// Changes the workspace itself and who may do what in it.
    case admin

    package static func < (left: Role, right: Role) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .reader: 0
        case .runner: 1
        case .editor: 2
        case .admin: 3
        }
    }
}
