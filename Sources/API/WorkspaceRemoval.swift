import JSON
import Model
import SQL
import Secrets
import Store

/// Takes a workspace away with all that belongs to it, in one transaction.
struct WorkspaceRemoval: Sendable {
    private let vault: SecretVault
    private let connectors: ConnectorRemoval

    init(_ services: APIServices) {
        vault = services.vault
        connectors = ConnectorRemoval(services)
    }

    /// Deletes its connectors, their connections and their jobs, its own definitions, and the secrets of all of them. The
    /// row stays, marked: jobs and events still name it.
    func remove(_ id: WorkspaceID, in session: any Session) throws {
        let workspace = try session.lockedWorkspace(id)
        for kind in ConnectorKind.allCases {
            for connector in try session.connectors(kind, workspace: id) {
                try connectors.remove(session.lockedConnector(kind, connector.id), in: session)
            }
        }
        for definition in try session.ownDefinitions(of: id) {
            try session.deleteDefinition(definition.kind, definition.id)
        }
        try vault.forget(JSON.encode(workspace.notifications), in: session)
        for token in workspace.webhooks.compactMap(\.authToken) { try vault.forget(token, in: session) }
        try session.deleteWorkspace(id)
    }
}
