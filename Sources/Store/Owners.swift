package import Model
import Posix
package import SQL

/// The kinds of things that belong to a workspace.
package enum OwnedKind: Sendable, Hashable, CaseIterable {
    case workspace, source, destination, connection, job, definition, operation, connectionEvent, tag, permission
    /// What a source was found to offer.
    case catalog
    /// A call of a connector that a client asked for under an id of its own.
    case command
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
        if kind == .command {
            guard (1...100).contains(id.utf8.count), !id.utf8.contains(0) else { return nil }
            return try row(
                """
                SELECT workspace AS workspace_id FROM run
                WHERE workflow IN ('check-connector', 'discover-catalog', 'fetch-specification')
                  AND idempotency_key = \("command:" + id) ORDER BY id LIMIT 1
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
        case .catalog:
            try row(
                """
                SELECT connector.workspace_id AS workspace_id FROM catalog
                JOIN connector ON connector.id = catalog.source_id WHERE catalog.id = \(id)
                """)
        case .job, .command: nil
        }
    }
}
