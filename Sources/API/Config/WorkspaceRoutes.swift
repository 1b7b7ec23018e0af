import Access
import HTTP
import JSON
import Model
import Posix
import SQL
import Secrets
import Store
import Time

/// `/api/v1/workspaces`.
struct WorkspaceRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            .config("workspaces/list", "listWorkspaces", list),
            .config("workspaces/get", "getWorkspace", get),
            .config("workspaces/create", "createWorkspace") { try await create($0, WorkspaceID()) },
            .config("workspaces/create_if_not_exist", "createWorkspaceIfNotExist", createUnlessThere),
            .config("workspaces/update", "updateWorkspace", update),
            .config("workspaces/update_name", "updateWorkspaceName", update),
            .config("workspaces/delete", "deleteWorkspace", delete),
        ]
    }

    func list(_ body: Body) async throws -> JSON {
        let visible = body.caller.visibleWorkspaces
        let workspaces = try await services.database.read { try $0.workspaces() }
            .filter { visible?.contains($0.id) ?? true }
        return ["workspaces": .array(workspaces.map(\.wire))]
    }

    func get(_ body: Body) async throws -> JSON {
        let id: WorkspaceID = try body.required("workspaceId")
        guard try body.optional("includeTombstone", as: Bool.self) == true else {
            return try await services.database.read { try $0.workspace(id).wire }
        }
        let found = try await services.database.read { try $0.workspaceWithTombstone(id) }
        return found.workspace.wire(isGone: found.isGone)
    }

    /// Under the id that the body gives; what is there stays as it is.
    func createUnlessThere(_ body: Body) async throws -> JSON {
        let id: WorkspaceID = try body.required("id")
        let known = try await services.database.read { try $0.workspacesWithTombstones() }
            .first { $0.workspace.id == id }
        guard let known else { return try await create(body, id) }
        guard !known.isGone else { throw Problem(.conflict, "The workspace \(id) was deleted; choose another id.") }
        return known.workspace.wire
    }

    func create(_ body: Body, _ id: WorkspaceID) async throws -> JSON {
        guard let name = try body.name("name") else { throw Problem.missing("name") }
        let organization: UUID = try body.required("organizationId")
        let now = services.clock.now
        let webhooks = try await webhooks(body)
        let made = try await services.database.write { [vault = services.vault] session in
            guard try session.hasOrganization(organization) else {
                throw StoreError.notFound("organization", organization)
            }
            var workspace = Workspace(
                id: id, organizationID: organization, name: name, slug: try session.freeSlug(for: name),
                initialSetupComplete: false, createdAt: now)
            try session.seed(workspace)
            try workspace.apply(body, webhooks, vault, in: session, at: now)
            try session.update(workspace)
            return workspace.wire
        }
        // Whoever has a role in the organization has it here too.
        services.access.authenticator.forgetGrants()
        return made
    }

    /// Changes what the body names. Of the notification settings, items that it leaves out stay; a list of webhook
    /// configurations takes the place of the whole list.
    func update(_ body: Body) async throws -> JSON {
        let id: WorkspaceID = try body.required("workspaceId")
        let now = services.clock.now
        let webhooks = try await webhooks(body)
        return try await services.database.write { [vault = services.vault] session in
            var workspace = try session.lockedWorkspace(id)
            try body.expectUnchanged(workspace.wire)
            try workspace.apply(body, webhooks, vault, in: session, at: now)
            try session.update(workspace)
            return workspace.wire
        }
    }

    /// Deletes all that is in it, too.
    func delete(_ body: Body) async throws {
        let id: WorkspaceID = try body.required("workspaceId")
        let removal = WorkspaceRemoval(services)
        try await services.database.write { try removal.remove(id, in: $0) }
        services.access.authenticator.forgetGrants()
    }

    private func webhooks(_ body: Body) async throws -> [WebhookConfigWrite]? {
        let configs: [WebhookConfigWrite]? = try body.optional("webhookConfigs")
        guard configs?.count ?? 0 <= 100 else { throw Problem.unprocessable("webhookConfigs must hold 100 at most.") }
        for config in configs ?? [] { try await config.validate(with: services.client) }
        return configs
    }
}

extension Workspace {
    fileprivate mutating func apply(
        _ body: Body, _ webhooks: [WebhookConfigWrite]?, _ vault: SecretVault, in session: any Session, at time: Instant
    ) throws {
        // There is one group of data planes; it is what a workspace says whichever it was given.
        _ = try body.optional("dataplaneGroupId", as: UUID.self)
        name = try body.name("name") ?? name
        email = try body.text("email", atMost: 500) ?? email
        initialSetupComplete = try body.optional("initialSetupComplete") ?? initialSetupComplete
        if let settings: Body = try body.optional("notificationSettings") {
            notifications = try notifications.applying(settings, vault, workspace: id, in: session, at: time)
        }
        if let webhooks { try replaceWebhooks(with: webhooks, vault, in: session, at: time) }
    }
}
