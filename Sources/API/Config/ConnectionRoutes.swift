import Airbyte
import Flow
import HTTP
import JSON
import Model
import SQL
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
            .config("state/get", "getState", state),
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
            try session.validate(connection)
            try session.insert(connection, jitter: services.jitter)
            return connection.wire
        }
    }

    /// Finds deleted connections too, with the status `deprecated`.
    func get(_ body: Body) async throws -> JSON {
        let id: ConnectionID = try body.required("connectionId")
        return try await services.database.read { try $0.connection(id).wire }
    }

    func list(_ body: Body) async throws -> JSON {
        let workspace: WorkspaceID = try body.required("workspaceId")
        let connections = try await services.database.read { session in
            _ = try session.workspace(workspace)
            return try session.connections(workspace: workspace)
        }
        return ["connections": .array(connections.map(\.wire))]
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
        return try await services.database.write { session in
            let before = try session.lockedConnection(id)
            guard before.status != .deprecated else {
                throw StoreError(
                    .conflict, "connection", id: id.description, "The connection \(id) is deleted; make a new one.")
            }
            var connection = before
            try connection.apply(body, allowsLegacySchedule: false)
            connection.updatedAt = now
            try session.validate(connection)
            try session.update(connection, jitter: services.jitter)
            if connection.status == .deprecated {
                try removal.remove(connection, in: session)
                return connection.wire
            }
            let time = Instant(microseconds: try session.now())
            let startsAnew = try ConnectionChange(from: before.catalog, to: connection.catalog).apply(
                wish, to: id, supportsRefreshes: session.supportsRefreshes(connection.destinationID), in: session,
                at: time)
            // A job under way ends first; what was noted is for the one after it.
            if startsAnew, connection.status == .active, try session.liveJob(of: id) == nil {
                try orders.start(
                    .sync, connection: connection, streams: [], isScheduled: false, priority: .backfill, in: session,
                    at: time)
            }
            return connection.wire
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

    func state(_ body: Body) async throws -> JSON {
        let id: ConnectionID = try body.required("connectionId")
        return try await services.database.read { session in
            _ = try session.connection(id)
            return try session.state(of: id).wire(of: id)
        }
    }
}

extension Session {
    /// Throws where the streams do not fit the connectors, or the catalog is another source's.
    fileprivate func validate(_ connection: Connection) throws {
        let destination = try connector(.destination, connection.destinationID)
        let modes = try definition(of: destination).specification.supportedDestinationSyncModes
        try connection.catalog.validate(supported: modes)
        guard let catalog = connection.sourceCatalogID else { return }
        guard try discoveredCatalog(catalog).sourceID == connection.sourceID else {
            throw Problem.badRequest("sourceCatalogId names a catalog of another source.")
        }
    }
}
