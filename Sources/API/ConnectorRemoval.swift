import Model
import SQL
import Secrets
import Store
import Time

/// Takes a connector or a connection away with all that hangs on it, in one transaction.
struct ConnectorRemoval: Sendable {
    private let vault: SecretVault
    private let orders: any JobOrdering
    private let time: Instant

    init(_ services: APIServices) {
        vault = services.vault
        orders = services.orders
        time = services.clock.now
    }

    /// Deletes the connector, its connections, its secrets and its configuration. The caller holds its row.
    func remove(_ connector: Connector, in session: any Session) throws {
        for connection in try session.connections(touching: connector.id) {
            try remove(session.lockedConnection(connection.id), in: session)
        }
        try vault.forget(connector.configuration, in: session)
        try session.deleteConnector(connector.kind, connector.id, at: time)
    }

    /// Marks the connection as deprecated, calls its job off, drops what was on order and the secrets of
    /// its mappers. The caller holds its row.
    func remove(_ connection: Connection, in session: any Session) throws {
        var connection = connection
        connection.status = .deprecated
        connection.updatedAt = time
        try session.update(connection)
        if let live = try session.liveJob(of: connection.id) {
            // A job that has ended by itself in the meantime is as good.
            do { try orders.cancel(live.id, in: session) } catch let error as StoreError where error.code == .conflict {
            }
        }
        try vault.forget(connection.treatments, in: session)
        try session.deleteResets([], of: connection.id)
        try session.deleteRefreshes(of: connection.id)
    }
}
