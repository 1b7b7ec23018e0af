import JSON
package import Model
package import Posix
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

    /// As `workspace`, holding its row until the transaction ends.
    package func lockedWorkspace(_ id: WorkspaceID) throws -> Workspace {
        guard let row = try row("SELECT * FROM workspace WHERE id = \(id) AND NOT tombstone \(dialect.forUpdate)")
        else {
            throw StoreError.notFound("workspace", id)
        }
        return try Workspace(row)
    }

    /// Adds the workspace unless its id is there already.
    package func seed(_ workspace: Workspace) throws {
        try run(
            """
            INSERT INTO workspace (id, organization_id, name, slug, email, initial_setup_complete,
                                   notification_settings, webhook_configs, created_at)
            VALUES (\(workspace.id), \(workspace.organizationID), \(workspace.name), \(workspace.slug),
                    \(workspace.email), \(workspace.initialSetupComplete),
                    \(try workspace.notifications.columnText()), \(try workspace.webhooks.columnText()),
                    \(workspace.createdAt))
            ON CONFLICT (id) DO NOTHING
            """)
    }

    /// Replaces what can change. The caller holds its row.
    package func update(_ workspace: Workspace) throws {
        try run(
            """
            UPDATE workspace SET
                name = \(workspace.name), slug = \(workspace.slug), email = \(workspace.email),
                initial_setup_complete = \(workspace.initialSetupComplete),
                notification_settings = \(try workspace.notifications.columnText()),
                webhook_configs = \(try workspace.webhooks.columnText())
            WHERE id = \(workspace.id)
            """)
    }

    package func hasOrganization(_ id: UUID) throws -> Bool {
        try row("SELECT 1 AS found FROM organization WHERE id = \(id)") != nil
    }

    /// A short name that no workspace has, made of the name's letters and digits.
    package func freeSlug(for name: String) throws -> String {
        let words = name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        let slug = String(words.joined(separator: "-").prefix(60))
        let isFree = try !slug.isEmpty && row("SELECT 1 AS found FROM workspace WHERE slug = \(slug)") == nil
        return isFree ? slug : "\(slug.isEmpty ? "workspace" : slug)-\(UUID().description.prefix(8))"
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
            notifications: try row.coded("notification_settings"), webhooks: try row.coded("webhook_configs"),
            createdAt: try row.get("created_at"))
    }
}
