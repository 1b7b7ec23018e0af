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
        ]
    }

    func create(_ body: Body) async throws -> JSON {
        let sourceID: ConnectorID = try body.required("sourceId")
        let destinationID: ConnectorID = try body.required("destinationId")
        let status: Connection.Status = try body.required("status")
        let now = services.clock.now
        let streams = StreamConfiguration(services)
        let changes = ConnectionChanges(services)
        return try await services.database.write { session in
            let connection = try changes.create(
                from: sourceID, to: destinationID, status: status, in: session, at: now
            ) { connection in
                try connection.apply(body, allowsLegacySchedule: true)
                if let wanted: SyncCatalog = try body.optional("syncCatalog") {
                    try streams.put(wanted, on: &connection, in: session, at: now)
                }
            }
            return try session.wire(connection)
        }
    }

    /// Finds deleted connections too, with the status `deprecated`.
    func get(_ body: Body) async throws -> JSON {
        let id: ConnectionID = try body.required("connectionId")
        let (connection, newest) = try await services.database.read { try $0.connectionBesideNewestCatalog(id) }
        return connection.wire(newestCatalog: newest)
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
        let wish: ConnectionChange.Wish =
            switch try body.optional("skipReset", as: Bool.self) {
            case nil: .quiet
            case true?: .keep
            case false?: .startAnew
            }
        let now = services.clock.now
        let streams = StreamConfiguration(services)
        let changes = ConnectionChanges(services)
        // Whoever configures the streams has seen what broke; it stays broken where they do not mend it.
        let seesChanges = (body.has("syncCatalog") || body.has("sourceCatalogId")) && !body.has("breakingChange")
        return try await services.database.write { session in
            let connection = try changes.change(id, wish, seesChanges: seesChanges, in: session, at: now) {
                connection in
                try connection.apply(body, allowsLegacySchedule: false)
                if let wanted: SyncCatalog = try body.optional("syncCatalog") {
                    try streams.put(wanted, on: &connection, in: session, at: now)
                }
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
