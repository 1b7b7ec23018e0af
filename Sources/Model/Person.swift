import Posix
package import Time

package typealias PersonID = ID<Person>

/// Somebody who may sign in. What proves it is the store's alone.
package struct Person: Sendable, Hashable {
    package var id: PersonID
    package var name: String
    /// In lower case, and nobody else's.
    package var email: String
    /// What other systems know the person by, and what a token's `sub` is resolved with.
    package var authID: String
    package var defaultWorkspaceID: WorkspaceID?
    package var createdAt: Instant

    package init(
        id: PersonID = PersonID(), name: String, email: String, authID: String? = nil,
        defaultWorkspaceID: WorkspaceID? = nil, createdAt: Instant
    ) {
        self.id = id
        self.name = name
        self.email = email.lowercased()
        self.authID = authID ?? id.description
        self.defaultWorkspaceID = defaultWorkspaceID
        self.createdAt = createdAt
    }

    /// The person that everything belongs to where nobody signs in, and the first administrator where somebody does.
    package static let first = PersonID(.zero)
}
