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

    /// What an operation shows of a connection, in the transaction that reads or writes it.
    typealias Show = @Sendable (Connection, any Session) throws -> JSON

    func create(_ body: Body) async throws -> JSON { try await create(body) { try $1.wire($0) } }

    /// - Parameter show: what to answer; it may write more of the connection first.
    func create(_ body: Body, _ show: @escaping Show) async throws -> JSON {
        let sourceID: ConnectorID = try body.required("sourceId")
        let destinationID: ConnectorID = try body.required("destinationId")
        let status: Connection.Status = try body.required("status")
        let now = services.clock.now
        let streams = StreamConfiguration(services)
        let changes = ConnectionChanges(services)
        let tags = try body.tags()
        return try await services.database.write { session in
            let connection = try changes.create(
                from: sourceID, to: destinationID, status: status, in: session, at: now
            ) { connection in
                try connection.apply(body, allowsLegacySchedule: true)
                if let wanted: SyncCatalog = try body.optional("syncCatalog") {
                    try streams.put(wanted, on: &connection, in: session, at: now)
                }
            }
            if let tags { try session.setTags(tags, of: connection.id) }
            return try show(connection, session)
        }
    }

    /// Finds deleted connections too, with the status `deprecated`.
    func get(_ body: Body) async throws -> JSON {
        let id: ConnectionID = try body.required("connectionId")
        let (connection, newest, tags) = try await services.database.readOnce { try $0.shownConnection(id) }
        return connection.wire(newestCatalog: newest, tags: tags)
    }

    func list(_ body: Body) async throws -> JSON {
        let workspace: WorkspaceID = try body.required("workspaceId")
        return try await services.database.read { session in
            _ = try session.workspace(workspace)
            return ["connections": .array(try session.wire(session.connections(workspace: workspace)))]
        }
    }

    func update(_ body: Body) async throws -> JSON { try await update(body) { try $1.wire($0) } }

    /// Changes what the body names. A stream that is read or written in another way from now on starts anew; see
    /// `ConnectionChange` for how, which `skipReset` decides.
    ///
    /// - Parameters:
    ///   - show: what a client has read, and reads of the change.
    ///   - finish: writes more of the connection.
    func update(
        _ body: Body, _ show: @escaping Show,
        finish: @escaping @Sendable (Connection, any Session) throws -> Void = { _, _ in }
    ) async throws -> JSON {
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
        let tags = try body.tags()
        return try await services.database.write { session in
            try body.expectUnchanged(show(session.lockedConnection(id), session))
            let connection = try changes.change(id, wish, seesChanges: seesChanges, in: session, at: now) {
                connection in
                try connection.apply(body, allowsLegacySchedule: false)
                if let wanted: SyncCatalog = try body.optional("syncCatalog") {
                    try streams.put(wanted, on: &connection, in: session, at: now)
                }
            }
            if let tags { try session.setTags(tags, of: id) }
            try finish(connection, session)
            return try show(connection, session)
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

extension Body {
    /// The tags that a connection is to have, of which only the ids are read; nil where the body says nothing of them.
    func tags() throws -> [TagID]? {
        let tags = try optional("tags", as: [Body].self)?.map { try $0.required("tagId", as: TagID.self) }
        guard tags?.count ?? 0 <= 100 else { throw Problem.unprocessable("tags must hold 100 at most.") }
        return tags
    }
}
