package import Model
package import Posix

/// Who sends a request, and what they may do.
package struct Caller: Sendable, Hashable {
    package enum Method: Sendable, Hashable {
        /// Nobody signs in here.
        case none
        case password
        /// With client id and secret, in the request itself or for a token before.
        case application
        case staticToken
        /// With a cookie, which a browser sends along whoever made it send the request: changes need `SignIn.csrfToken`.
        case session
    }

    package let personID: PersonID
    package let name: String
    package let email: String
    package let method: Method
    package let applicationID: ApplicationID?
    package let grants: Grants

    package init(
        personID: PersonID, name: String, email: String, method: Method, applicationID: ApplicationID? = nil,
        grants: Grants
    ) {
        self.personID = personID
        self.name = name
        self.email = email
        self.method = method
        self.applicationID = applicationID
        self.grants = grants
    }

    /// Everybody, where nobody signs in.
    package static let anyone = Caller(
        personID: Person.first, name: "Default User", email: "", method: .none, grants: .everything)

    package var isInstanceAdmin: Bool { grants.isInstanceAdmin }

    /// Nil where they may not even know of it: answer as if the workspace were not there.
    package func role(in workspace: WorkspaceID) -> Role? {
        isInstanceAdmin ? .admin : grants.workspaces[workspace]
    }

    /// Of the organization itself: who may make workspaces in it, and see its people.
    package func role(inOrganization organization: UUID) -> Role? {
        isInstanceAdmin ? .admin : grants.organizations[organization]
    }

    package func may(_ role: Role, in workspace: WorkspaceID) -> Bool {
        self.role(in: workspace).map { $0 >= role } ?? false
    }

    /// Nil: all.
    package var visibleWorkspaces: Set<WorkspaceID>? {
        isInstanceAdmin ? nil : Set(grants.workspaces.keys)
    }
}
