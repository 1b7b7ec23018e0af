import JSON
package import Model
package import SQL

extension Session {
    /// Marks the workspace as gone and forgets whom it tells what; what belongs to it is for the caller, who holds its
    /// row. Its short name becomes free.
    package func deleteWorkspace(_ id: WorkspaceID) throws {
        let changed = try run(
            """
            UPDATE workspace SET tombstone = TRUE, slug = \("deleted-\(id)"),
                                 notification_settings = \(try NotificationSettings().columnText()),
                                 webhook_configs = \(try [WebhookConfig]().columnText())
            WHERE id = \(id) AND NOT tombstone
            """)
        guard changed == 1 else { throw StoreError.notFound("workspace", id) }
    }

    /// The definitions that the workspace has made for itself.
    package func ownDefinitions(of workspace: WorkspaceID) throws -> [ConnectorDefinition] {
        try rows("SELECT * FROM connector_definition WHERE workspace_id = \(workspace) AND NOT tombstone")
            .map(ConnectorDefinition.init)
    }
}
