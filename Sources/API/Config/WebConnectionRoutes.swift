import Access
import Airbyte
import HTTP
import JSON
import Model
import Posix
import SQL
import SchemaChanges
import Store
import Sync
import Time

/// `/api/v1/web_backend/connections`: connections with all around them, as the web interface shows and saves them.
struct WebConnectionRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            .config("web_backend/connections/list", "webBackendListConnectionsForWorkspace", list),
            .config("web_backend/connections/status_counts", "webBackendGetConnectionStatusCounts", counts),
            .config("web_backend/connections/get", "webBackendGetConnection", get),
            .config("web_backend/connections/create", "webBackendCreateConnection", create),
            .config("web_backend/connections/update", "webBackendUpdateConnection", update),
        ]
    }

    func list(_ body: Body) async throws -> JSON {
        let filter = try ConnectionFilter(wire: body)
        return try await services.database.read { session in
            _ = try session.workspace(filter.workspace)
            let page = try session.listedConnections(session.connectionIDs(filter))
            return [
                "connections": .array(page.map(\.wire)), "page_size": .integer(filter.limit),
                "num_connections": .integer(try session.countConnections(filter)),
            ]
        }
    }

    func counts(_ body: Body) async throws -> JSON {
        let id: WorkspaceID = try body.required("workspaceId")
        let standings = try await services.database.read { session in
            _ = try session.workspace(id)
            return try session.connectionStandings(of: id)
        }
        func count(_ standing: ConnectionStanding) -> JSON { .integer(standings[standing] ?? 0) }
        return [
            "running": count(.running), "queued": count(.queued), "healthy": count(.healthy),
            "failed": count(.failed), "paused": count(.paused), "notSynced": count(.notSynced),
        ]
    }

    /// With `withRefreshedCatalog` the source is asked what there is, and the connection takes note of what breaks it;
    /// where the source does not answer, what is known of it has to do.
    func get(_ body: Body) async throws -> JSON {
        let id: ConnectionID = try body.required("connectionId")
        let wantsNews = try body.optional("withRefreshedCatalog") ?? false
        var news: News?
        if wantsNews {
            let connection = try await services.database.read { try $0.connection(id) }
            try body.caller.need(.runner, in: connection.workspaceID)
            if connection.status != .deprecated { news = try await discover(for: connection) }
        }
        return try await services.database.read { [news] in try $0.webWire(of: id, news) }
    }

    private func discover(for connection: Connection) async throws -> News? {
        let answer: DiscoverAnswer
        do { answer = try await services.calls.discover(connection.sourceID, usesCache: false) } catch is CallError {
            return nil
        }
        guard let catalog = answer.catalogID.flatMap({ UUID($0) }) else { return nil }
        let schemas = services.schemaUpdater
        return try await services.database.write { session in
            let found = try session.discoveredCatalog(catalog)
            let update = try schemas.update(
                session.lockedConnection(connection.id), to: found, on: .question, in: session,
                at: Instant(microseconds: session.now()))
            return News(found: found, diff: update.diff)
        }
    }

    func create(_ body: Body) async throws -> JSON {
        let operations = try InlineOperation.all(in: body)
        return try await ConnectionRoutes(services: services).create(body) { connection, session in
            try put(operations, on: connection.id, in: session)
            return try session.webWire(of: connection.id, nil)
        }
    }

    /// Streams that are moved in another way from now on, or have another schema, start anew unless `skipReset` says
    /// otherwise.
    func update(_ body: Body) async throws -> JSON {
        let operations = try InlineOperation.all(in: body)
        let wish = body.has("skipReset") ? body : body.setting("skipReset", false)
        return try await ConnectionRoutes(services: services).update(wish) { connection, session in
            try session.webWire(of: connection.id, nil)
        } finish: { connection, session in
            try put(operations, on: connection.id, in: session)
        }
    }

    /// The operations become the connection's only ones; nil leaves those that it has.
    private func put(_ operations: [InlineOperation]?, on id: ConnectionID, in session: any Session) throws {
        guard let operations else { return }
        let now = services.clock.now
        var connection = try session.lockedConnection(id)
        let wanted = try operations.map { try $0.put(in: connection.workspaceID, at: now, session) }
        guard wanted != connection.operationIDs else { return }
        connection.operationIDs = wanted
        connection.updatedAt = now
        try session.update(connection, jitter: services.jitter)
    }
}

/// What a source was just found to offer, and what of it is new to a connection.
struct News: Sendable {
    let found: DiscoveredCatalog
    let diff: CatalogDiff
}

/// An operation that a connection brings along.
private struct InlineOperation: Sendable {
    let id: OperationID?
    let name: String
    let configuration: Operation.Configuration

    /// Nil where the body says nothing of operations.
    static func all(in body: Body) throws -> [InlineOperation]? {
        try body.optional("operations", as: [Body].self)?.map { body in
            guard let name = try body.name("name") else { throw Problem.missing(body.path + "name") }
            let configuration = try Operation.Configuration(wire: body.required("operatorConfiguration"))
            try configuration.validate()
            return InlineOperation(id: try body.optional("operationId"), name: name, configuration: configuration)
        }
    }

    private func check(in workspace: WorkspaceID, _ session: any Session) throws {
        if let id { try session.operation(id, of: workspace) }
        let time = Instant(microseconds: 0)
        try session.checkWebhook(
            of: Operation(
                workspaceID: workspace, name: name, configuration: configuration, createdAt: time, updatedAt: time))
    }

    func put(in workspace: WorkspaceID, at now: Instant, _ session: any Session) throws -> OperationID {
        try check(in: workspace, session)
        guard let id else {
            let operation = Operation(
                workspaceID: workspace, name: name, configuration: configuration, createdAt: now, updatedAt: now)
            try session.insert(operation)
            return operation.id
        }
        var operation = try session.operation(id)
        operation.name = name
        operation.configuration = configuration
        operation.updatedAt = now
        try session.update(operation)
        return id
    }
}

extension ConnectionFilter {
    private enum State: String, WireReadable, CaseIterable { case active, inactive }
    fileprivate enum Standing: String, WireReadable, CaseIterable { case healthy, failed, running, paused }

    static let mostRows = 1000

    init(wire body: Body) throws {
        self.init(workspace: try body.required("workspaceId"))
        sources = try body.optional("sourceId") ?? []
        destinations = try body.optional("destinationId") ?? []
        after = try body.optional("cursor")
        limit = try body.optional("pageSize") ?? 20
        guard limit >= 1 else { throw Problem.badRequest("pageSize must be 1 or more.") }
        limit = min(limit, Self.mostRows)
        (order, isDescending) = try Self.order(body.optional("sortKey") ?? "connectionName_asc")
        let filters: Body = try body.optional("filters") ?? Body([:])
        search = try filters.text("searchTerm", atMost: 500).flatMap { $0.isEmpty ? nil : $0 }
        sourceDefinitions = try filters.optional("sourceDefinitionIds") ?? []
        destinationDefinitions = try filters.optional("destinationDefinitionIds") ?? []
        tags = try filters.optional("tagIds") ?? []
        statuses = try (filters.optional("states", as: [State].self) ?? []).map { $0 == .active ? .active : .inactive }
        standings = try (filters.optional("statuses", as: [Standing].self) ?? []).flatMap(\.standings)
    }

    private static func order(_ key: String) throws -> (Order, isDescending: Bool) {
        let parts = key.split(separator: "_")
        let orders: [String: Order] = [
            "connectionName": .name, "sourceName": .sourceName, "destinationName": .destinationName,
            "lastSync": .lastSync,
        ]
        guard parts.count == 2, let order = orders[String(parts[0])], ["asc", "desc"].contains(parts[1]) else {
            let names = orders.keys.sorted().joined(separator: ", ")
            throw Problem.unprocessable("sortKey must be one of \(names), with _asc or _desc behind it.")
        }
        return (order, parts[1] == "desc")
    }
}

extension ConnectionFilter.Standing {
    fileprivate var standings: [ConnectionStanding] {
        switch self {
        case .healthy: [.healthy]
        case .failed: [.failed]
        case .running: [.running, .queued]
        case .paused: [.paused]
        }
    }
}
