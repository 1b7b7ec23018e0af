import Model
import SQL
import Secrets
import Store
import Time

/// Takes a connector away with all that hangs on it: its connections, its secrets, its configuration.
struct ConnectorRemoval: Sendable {
    let vault: SecretVault
    let time: Instant

    /// Returns the jobs that are still running for it and have to be called off once this is committed.
    func remove(_ connector: Connector, in session: any Session) throws -> [JobID] {
        let live = try session.connections(touching: connector.id).compactMap { connection in
            try deprecate(connection, in: session)
        }
        try vault.forget(connector.configuration, in: session)
        try session.deleteConnector(connector.kind, connector.id, at: time)
        return live
    }

    /// Returns the connection's job that has not ended, if it has one.
    func deprecate(_ connection: Connection, in session: any Session) throws -> JobID? {
        var connection = try session.lockedConnection(connection.id)
        connection.status = .deprecated
        connection.updatedAt = time
        try session.update(connection)
        return try session.liveJob(of: connection.id)?.id
    }
}

extension APIServices {
    /// Calls jobs off; one that has ended in the meantime is as good.
    func cancel(_ jobs: [JobID]) async throws {
        for job in jobs {
            do { _ = try await orders.cancel(job) } catch let error as StoreError where error.code == .conflict {}
        }
    }
}
