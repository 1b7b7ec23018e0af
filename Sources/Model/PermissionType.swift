/// Airbyte's words for what a person may do, each for one kind of place.
package enum PermissionType: String, Sendable, Codable, CaseIterable {
    case instanceAdmin = "instance_admin"
    case organizationAdmin = "organization_admin"
    case organizationEditor = "organization_editor"
    case organizationRunner = "organization_runner"
    case organizationReader = "organization_reader"
    case organizationMember = "organization_member"
    case workspaceOwner = "workspace_owner"
    case workspaceAdmin = "workspace_admin"
    case workspaceEditor = "workspace_editor"
    case workspaceSourceEditor = "workspace_source_editor"
    case workspaceDestinationEditor = "workspace_destination_editor"
    case workspaceRunner = "workspace_runner"
    case workspaceReader = "workspace_reader"

    package enum Scope: Sendable, Hashable { case instance, organization, workspace }

    package var scope: Scope {
        if self == .instanceAdmin { return .instance }
        return rawValue.hasPrefix("organization_") ? .organization : .workspace
    }

    /// What it allows inside a workspace; nil where it allows nothing there.
    ///
    /// Nobody can be given only the sources or only the destinations to edit here, so those two may read.
    package var role: Role? {
        switch self {
        case .instanceAdmin, .organizationAdmin, .workspaceOwner, .workspaceAdmin: .admin
        case .organizationEditor, .workspaceEditor: .editor
        case .organizationRunner, .workspaceRunner: .runner
        case .organizationReader, .workspaceReader, .workspaceSourceEditor, .workspaceDestinationEditor: .reader
        case .organizationMember: nil
        }
    }
}
