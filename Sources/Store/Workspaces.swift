package import Model
import Posix
package import SQL

extension Session {
    package func workspaces() throws -> [Workspace] {
        try rows("SELECT * FROM workspace WHERE NOT tombstone ORDER BY created_at, id").map(Workspace.init)
    }

    package func workspace(_ id: WorkspaceID) throws -> Workspace {
        guard let row = try row("SELECT * FROM workspace WHERE id = \(id) AND NOT tombstone") else {
            throw StoreError.notFound("workspace", id)
        }
        return try Workspace(row)
    }

    /// Adds the workspace unless its id is there already.
    package func seed(_ workspace: Workspace) throws {
        try run(
            """
            INSERT INTO workspace (id, organization_id, name, slug, email, initial_setup_complete, created_at)
            VALUES (\(workspace.id), \(workspace.organizationID), \(workspace.name), \(workspace.slug),
                    \(workspace.email), \(workspace.initialSetupComplete), \(workspace.createdAt))
            ON CONFLICT (id) DO NOTHING
            """)
    }

    /// Adds the organization and the person that own everything where nobody signs in; Airbyte's ids, all zeros.
    package func seedOwner(organization: String, email: String) throws {
        try run(
            """
            INSERT INTO organization (id, name, email) VALUES (\(UUID.zero), \(organization), \(email))
            ON CONFLICT (id) DO NOTHING
            """)
        try run(
            """
            INSERT INTO person (id, name, email) VALUES (\(UUID.zero), \(organization), \(email))
            ON CONFLICT (id) DO NOTHING
            """)
    }
}

extension Workspace {
    init(_ row: Row) throws {
        guard let organization = UUID(try row.get("organization_id", as: String.self)) else {
            throw DatabaseError(.decoding, "Column organization_id does not hold a UUID.")
        }
        self.init(
            id: try row.id("id"), organizationID: organization, name: try row.get("name"), slug: try row.get("slug"),
            email: try row.getOptional("email"), initialSetupComplete: try row.get("initial_setup_complete"),
            createdAt: try row.get("created_at"))
    }
}
