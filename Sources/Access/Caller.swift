package import Model
package import Posix

/// Who asks.
package struct Caller: Sendable, Hashable {
    package let personID: UUID
    package let name: String
    package let isInstanceAdmin: Bool
    private let roles: [WorkspaceID: Role]

    package init(personID: UUID, name: String, isInstanceAdmin: Bool, roles: [WorkspaceID: Role] = [:]) {
        self.personID = personID
        self.name = name
        self.isInstanceAdmin = isInstanceAdmin
        self.roles = roles
    }

    /// Everyone, where nobody signs in.
    package static let anyone = Caller(personID: .zero, name: "anyone", isInstanceAdmin: true)

    /// Nil: the caller may not know that the workspace exists.
    package func role(in workspace: WorkspaceID) -> Role? { isInstanceAdmin ? .admin : roles[workspace] }

    /// Nil: all of them.
    package var visibleWorkspaces: Set<WorkspaceID>? { isInstanceAdmin ? nil : Set(roles.keys) }
}
