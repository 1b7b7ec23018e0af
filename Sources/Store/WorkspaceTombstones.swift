package import Model
package import SQL

extension Session {
    /// The workspace, also one that is gone.
    package func workspaceWithTombstone(_ id: WorkspaceID) throws -> (workspace: Workspace, isGone: Bool) {
        guard let row = try row("SELECT * FROM workspace WHERE id = \(id)") else {
            throw StoreError.notFound("workspace", id)
        }
        return (try Workspace(row), try row.get("tombstone"))
    }

    /// All of them, also those that are gone.
    package func workspacesWithTombstones() throws -> [(workspace: Workspace, isGone: Bool)] {
        try rows("SELECT * FROM workspace ORDER BY created_at, id").map { row in
            (try Workspace(row), try row.get("tombstone"))
        }
    }
}
