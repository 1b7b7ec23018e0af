package import Posix

/// What workspaces belong to.
package struct Organization: Sendable, Hashable {
    package var id: UUID
    package var name: String
    package var email: String

    package init(id: UUID = UUID(), name: String, email: String) {
        self.id = id
        self.name = name
        self.email = email
    }
}
