package import Model
import Posix
package import SQL

/// The kinds of things that belong to a workspace.
package enum OwnedKind: Sendable, Hashable, CaseIterable {
    case workspace, source, destination, connection, job, definition, operation, connectionEvent, tag, permission
}

/// Whom a thing belongs to.
package enum Owner: Sendable, Hashable {
    case workspace(WorkspaceID)
    /// It comes with Swiftlet.
    case instance
}

extension Session {
    /// Whom the thing belongs to; nil where there is no such thing. What was deleted still belongs to its workspace.
    package func owner(of kind: OwnedKind, _ id: String) throws -> Owner? {
        guard let row = try ownerRow(of: kind, id) else { return nil }
        guard let workspace: String = try row.getOptional("workspace_id") else { return .instance }
        return WorkspaceID(workspace).map(Owner.workspace)
    }

    private func ownerRow(of kind: OwnedKind, _ id: String) throws -> Row? {
        if kind == .job {
            guard let number = Int64(id) else { return nil }
            return try row(
                """
                SELECT connection.workspace_id AS workspace_id FROM job
                JOIN connection ON connection.id = job.connection_id WHERE job.id = \(number)
                """)
        }
        // Only what is spelt as ids are stored can be found.
        guard let id = UUID(id)?.description else { return nil }
        return switch kind {
        case .workspace: try row("SELECT id AS workspace_id FROM workspace WHERE id = \(id)")
        case .source, .destination: try row("SELECT workspace_id FROM connector WHERE id = \(id)")
        case .connection: try row("SELECT workspace_id FROM connection WHERE id = \(id)")
        case .definition: try row("SELECT workspace_id FROM connector_definition WHERE id = \(id)")
        case .operation: try row("SELECT workspace_id FROM operation WHERE id = \(id)")
        case .connectionEvent: try row("SELECT workspace_id FROM event WHERE id = \(id)")
        case .tag: try row("SELECT workspace_id FROM tag WHERE id = \(id)")
        // One of the instance or of an organization is the instance's.
        case .permission: try row("SELECT workspace_id FROM permission WHERE id = \(id)")
        case .job: nil
        }
    }
}
