package import Posix
package import Time

package typealias PermissionID = ID<Permission>

/// What a person may do in one place. A person has at most one in each.
package struct Permission: Sendable, Hashable {
    package enum Scope: Sendable, Hashable {
        case instance
        case organization(UUID)
        case workspace(WorkspaceID)

        package var kind: PermissionType.Scope {
            switch self {
            case .instance: .instance
            case .organization: .organization
            case .workspace: .workspace
            }
        }
    }

    package let id: PermissionID
    package let personID: PersonID
    package var type: PermissionType
    package let scope: Scope
    package let createdAt: Instant

    /// Nil where the type is none for the scope: `workspace_reader` of an organization.
    package init?(
        id: PermissionID = PermissionID(), personID: PersonID, type: PermissionType, scope: Scope, createdAt: Instant
    ) {
        guard type.scope == scope.kind else { return nil }
        self.id = id
        self.personID = personID
        self.type = type
        self.scope = scope
        self.createdAt = createdAt
    }
}
