import JSON
import Model
import SQL
import Secrets
import Store

extension WorkspaceRoutes {
    /// Deletes the sources, destinations, connections and definitions of a workspace and its secrets, and marks it as gone.
    func removeWorkspace(_ id: WorkspaceID, in session: any Session) throws {
        var workspace = try session.lockedWorkspace(id)
        let removal = ConnectorRemoval(services)
        for kind in ConnectorKind.allCases {
            for connector in try session.connectors(kind, workspace: id) {
                try removal.remove(session.lockedConnector(kind, connector.id), in: session)
            }
            for definition in try session.definitions(kind, workspace: id) where definition.workspaceID == id {
                try session.deleteDefinition(kind, definition.id)
            }
        }
        try services.vault.forget(JSON.encode(workspace.notifications), in: session)
        for webhook in workspace.webhooks {
            if let token = webhook.authToken { try services.vault.forget(token, in: session) }
        }
        workspace.notifications = NotificationSettings()
        workspace.webhooks = []
        try session.update(workspace)
        try session.removeWorkspace(id)
    }
}
