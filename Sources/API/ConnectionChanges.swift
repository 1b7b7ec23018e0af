import Airbyte
import Flow
import Model
import SQL
import SchemaChanges
import Store
import Sync
import Time

/// Makes and changes connections; what both interfaces do, each in its own words.
struct ConnectionChanges: Sendable {
    private let services: APIServices
    private let removal: ConnectorRemoval

    init(_ services: APIServices) {
        self.services = services
        removal = ConnectorRemoval(services)
    }

    /// Makes a connection between two connectors of one workspace, as `configure` fills it in.
    func create(
        from sourceID: ConnectorID, to destinationID: ConnectorID, status: Connection.Status, in session: any Session,
        at now: Instant, _ configure: (inout Connection) throws -> Void
    ) throws -> Connection {
        guard status != .deprecated else {
            throw Problem.unprocessable("status must be active or inactive: deprecated means deleted.")
        }
        let source = try session.lockedConnector(.source, sourceID)
        let destination = try session.lockedConnector(.destination, destinationID)
        guard source.workspaceID == destination.workspaceID else {
            throw Problem.badRequest("The source and the destination belong to different workspaces.")
        }
        var connection = Connection(
            workspaceID: source.workspaceID, sourceID: sourceID, destinationID: destinationID,
            name: "\(source.name) <> \(destination.name)", status: status, createdAt: now, updatedAt: now)
        try configure(&connection)
        try session.validate(connection)
        try session.insert(connection, jitter: services.jitter)
        return connection
    }

    /// Changes a connection as `configure` does. A stream that is read or written in another way from now on starts
    /// anew; see `ConnectionChange` for how, which `wish` decides.
    ///
    /// - Parameter seesChanges: whether whoever asks has seen what the source offers now: what they do not mend of it
    ///   stays broken, and the rest is forgiven.
    func change(
        _ id: ConnectionID, _ wish: ConnectionChange.Wish, seesChanges: Bool, in session: any Session, at now: Instant,
        _ configure: (inout Connection) throws -> Void
    ) throws -> Connection {
        let before = try session.lockedConnection(id)
        guard before.status != .deprecated else {
            throw StoreError(
                .conflict, "connection", id: id.description, "The connection \(id) is deleted; make a new one.")
        }
        var connection = before
        try configure(&connection)
        connection.updatedAt = now
        try session.validate(connection, since: before)
        if connection.hasBreakingChange, seesChanges {
            connection.hasBreakingChange = try services.schemaUpdater.pendingChanges(of: connection, in: session)
                .isBreaking
        }
        try session.update(connection, jitter: services.jitter)
        if connection.status == .deprecated {
            try removal.remove(connection, in: session)
            return connection
        }
        let time = Instant(microseconds: try session.now())
        let startsAnew = try ConnectionChange(from: before, to: connection).apply(
            wish, to: id, supportsRefreshes: session.supportsRefreshes(connection.destinationID), in: session, at: time)
        // A job under way ends first; what was noted is for the one after it.
        if startsAnew, connection.status == .active, try session.liveJob(of: id) == nil {
            try services.orders.start(
                .sync, connection: connection, streams: [], isScheduled: false, priority: .backfill, in: session,
                at: time)
        }
        return connection
    }
}

extension Session {
    /// Throws where the streams do not fit the connectors, or the catalog is another source's.
    ///
    /// - Parameter before: the connection as it is stored; what it does not do otherwise than before is let pass.
    fileprivate func validate(_ connection: Connection, since before: Connection? = nil) throws {
        let destination = try connector(.destination, connection.destinationID)
        let modes = try definition(of: destination).specification.supportedDestinationSyncModes
        try connection.catalog.validate(supported: modes)
        let landsAsBefore = before?.mapping == connection.mapping && before?.catalog == connection.catalog
        if !landsAsBefore, let (one, other) = connection.collision(in: connection.catalog) {
            throw Problem.badRequest(
                "The streams \(one) and \(other) would both be written to \(connection.mapping.map(one)); select one of "
                    + "them, or keep the source's namespaces.")
        }
        try connection.operationIDs.forEach { try operation($0, of: connection.workspaceID) }
        guard let catalog = connection.sourceCatalogID else { return }
        guard try discoveredCatalog(catalog).sourceID == connection.sourceID else {
            throw Problem.badRequest("sourceCatalogId names a catalog of another source.")
        }
    }
}
