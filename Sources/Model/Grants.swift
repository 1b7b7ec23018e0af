package import Posix

/// What somebody may do where; an organization's permissions stand for each of its workspaces.
package struct Grants: Sendable, Hashable {
    package var isInstanceAdmin = false
    package var organizations: [UUID: Role] = [:]
    package var workspaces: [WorkspaceID: Role] = [:]

    package init() {}

    package static let everything: Grants = {
        var grants = Grants()
        grants.isInstanceAdmin = true
        return grants
    }()
}
