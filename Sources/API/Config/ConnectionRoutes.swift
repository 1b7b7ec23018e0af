import Airbyte
import Flow
import HTTP
import JSON
import Model
import SQL
import SchemaChanges
import Store
import Sync
import Time

/// `/api/v1/connections`: what moves, from where to where, and when.
struct ConnectionRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            .config("connections/create", "createConnection", create),
            .config("connections/get", "getConnection", get),
            .config("connections/list", "listConnectionsForWorkspace", list),
            .config("connections/update", "updateConnection", update),
            .config("connections/delete", "deleteConnection", delete),
        ]
    }

    func create(_ body: Body) async throws -> JSON {
        let sourceID: ConnectorID = try body.required("sourceId")
        let destinationID: ConnectorID = try body.required("destinationId")
        let status: Connection.Status = try body.required("status")
        guard status != .deprecated else {
            throw Problem.unprocessable("status must be active or inactive: deprecated means deleted.")
        }
        let now = services.clock.now
        let streams = StreamConfiguration(services)
        return try await services.database.write { session in
            let source = try session.lockedConnector(.source, sourceID)
            let destination = try session.lockedConnector(.destination, destinationID)
            guard source.workspaceID == destination.workspaceID else {
                throw Problem.badRequest("The source and the destination belong to different workspaces.")
            }
            var connection = Connection(
                workspaceID: source.workspaceID, sourceID: sourceID, destinationID: destinationID,
                name: "\(source.name) <> \(destination.name)", status: status, createdAt: now, updatedAt: now)
            try connection.apply(body, allowsLegacySchedule: true)
            if let wanted: SyncCatalog = try body.optional("syncCatalog") {
                try streams.put(wanted, on: &connection, in: session, at: now)
            }
            try session.validate(connection)
            try session.insert(connection, jitter: services.jitter)
            return try session.wire(connection)
        }
    }

    /// Finds deleted connections too, with the status `deprecated`.
    func get(_ body: Body) async throws -> JSON {
        let id: ConnectionID = try body.required("connectionId")
        return try await services.database.read { try $0.wire($0.connection(id)) }
    }

    func list(_ body: Body) async throws -> JSON {
        let workspace: WorkspaceID = try body.required("workspaceId")
        return try await services.database.read { session in
            _ = try session.workspace(workspace)
            return ["connections": .array(try session.connections(workspace: workspace).map { try session.wire($0) })]
        }
    }

    /// Changes what the body names. A stream that is read or written in another way from now on starts anew; see
    /// `ConnectionChange` for how, which `skipReset` decides.
    func update(_ body: Body) async throws -> JSON {
        let id: ConnectionID = try body.required("connectionId")
        let removal = ConnectorRemoval(services)
        let wish: ConnectionChange.Wish =
            switch try body.optional("skipReset", as: Bool.self) {
            case nil: .quiet
            case true?: .keep
            case false?: .startAnew
            }
        let now = services.clock.now
        let orders = services.orders
        let streams = StreamConfiguration(services)
        let schemas = services.schemaUpdater
        return try await services.database.write { session in
            let before = try session.lockedConnection(id)
            guard before.status != .deprecated else {
                throw StoreError(
                    .conflict, "connection", id: id.description, "The connection \(id) is deleted; make a new one.")
            }
            var connection = before
            try connection.apply(body, allowsLegacySchedule: false)
            if let wanted: SyncCatalog = try body.optional("syncCatalog") {
                try streams.put(wanted, on: &connection, in: session, at: now)
            }
            connection.updatedAt = now
            try session.validate(connection, since: before)
            // Whoever configures the streams has seen what broke; it stays broken where they do not mend it.
            if connection.hasBreakingChange, body.has("syncCatalog") || body.has("sourceCatalogId"),
                !body.has("breakingChange")
            {
                connection.hasBreakingChange = try schemas.pendingChanges(of: connection, in: session).isBreaking
            }
            try session.update(connection, jitter: services.jitter)
            if connection.status == .deprecated {
                try removal.remove(connection, in: session)
                return try session.wire(connection)
            }
            let time = Instant(microseconds: try session.now())
            let startsAnew = try ConnectionChange(from: before, to: connection).apply(
                wish, to: id, supportsRefreshes: session.supportsRefreshes(connection.destinationID), in: session,
                at: time)
            // A job under way ends first; what was noted is for the one after it.
            if startsAnew, connection.status == .active, try session.liveJob(of: id) == nil {
                try orders.start(
                    .sync, connection: connection, streams: [], isScheduled: false, priority: .backfill, in: session,
                    at: time)
            }
            return try session.wire(connection)
        }
    }

    /// Marks the connection as deprecated and calls its job off. A second time does no harm.
    func delete(_ body: Body) async throws {
        let id: ConnectionID = try body.required("connectionId")
        let removal = ConnectorRemoval(services)
        try await services.database.write { session in
            try removal.remove(session.lockedConnection(id), in: session)
        }
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
