import HTTP
import JSON
import Model
import SQL
import Store
import Sync
import Time

/// `/api/public/v1/connections`.
struct PublicConnectionRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        let path = Interface.publicPrefix + "/connections"
        let one = path + "/{connectionId}"
        return [
            Route(.get, path, "public.listConnections") { request in .answer(try await list(request)) },
            Route(.post, path, "public.createConnection") { request in .answer(try await create(Body(request))) },
            Route(.get, one, "public.getConnection") { request in
                .answer(try await get(request.pathID("connectionId")))
            },
            Route(.patch, one, "public.patchConnection") { request in
                .answer(try await patch(request.pathID("connectionId"), Body(request)))
            },
            Route(.delete, one, "public.deleteConnection") { request in
                try await delete(request.pathID("connectionId"))
                return .noContent
            },
        ]
    }

    func list(_ request: HTTPRequest) async throws -> JSON {
        let page = try PublicPage(request.query)
        var filter = try page.filter(request)
        filter.tags = try request.query.ids("tagIds")
        let connections = try await services.database.read { [filter] session in
            try session.publicWire(session.connections(filter))
        }
        return page.answer(connections, "connections", of: request)
    }

    /// Asks the source what it has, unless that is known, and not for long: a source that is slow to tell does not keep
    /// a connection from being made whose streams are named. The first sync completes it.
    func create(_ body: Body) async throws -> JSON {
        let sourceID: ConnectorID = try body.required("sourceId")
        let destinationID: ConnectorID = try body.required("destinationId")
        let status: Connection.Status = try body.optional("status") ?? .active
        let wishes = try StreamWishes(body)
        try await services.database.read { session in
            _ = try session.connector(.source, sourceID)
            _ = try session.connector(.destination, destinationID)
        }
        let found = try await SourceStreams(services).catalog(of: sourceID, within: services.discoverPatience)
        let wanted = try found.map { try wishes.catalog(from: $0.catalog) } ?? wishes.awaitedCatalog()
        let now = services.clock.now
        let (changes, streams) = (ConnectionChanges(services), StreamConfiguration(services))
        let tags = try body.tags()
        return try await services.database.write { session in
            let made = try changes.create(from: sourceID, to: destinationID, status: status, in: session, at: now) {
                connection in
                connection.namespaceDefinition = .destination
                try connection.applyPublic(body)
                connection.sourceCatalogID = found?.id
                try streams.put(wanted, on: &connection, in: session, at: now)
            }
            if let tags { try session.setTags(tags, of: made.id) }
            return try session.publicWire(made)
        }
    }

    func get(_ id: ConnectionID) async throws -> JSON {
        try await services.database.read { try $0.publicWire($0.connection(alive: id)) }
    }

    /// Streams take the place of all that there were; without any, they stay.
    func patch(_ id: ConnectionID, _ body: Body) async throws -> JSON {
        let wishes = try StreamWishes(body)
        let before = try await services.database.read { try $0.connection(alive: id) }
        let found = wishes.wishes.isEmpty ? nil : try await offered(to: before)
        let wanted =
            wishes.wishes.isEmpty
            ? nil : try found.map { try wishes.catalog(from: $0.catalog) } ?? wishes.awaitedCatalog()
        let now = services.clock.now
        let (changes, streams) = (ConnectionChanges(services), StreamConfiguration(services))
        let tags = try body.tags()
        return try await services.database.write { session in
            _ = try session.connection(alive: id)
            try body.expectUnchanged(session.publicWire(session.lockedConnection(id)))
            let seesChanges = wanted != nil
            let changed = try changes.change(id, .quiet, seesChanges: seesChanges, in: session, at: now) { connection in
                try connection.applyPublic(body)
                guard let wanted else { return }
                connection.sourceCatalogID = found?.id
                try streams.put(wanted, on: &connection, in: session, at: now)
            }
            if let tags { try session.setTags(tags, of: id) }
            return try session.publicWire(changed)
        }
    }

    func delete(_ id: ConnectionID) async throws {
        let removal = ConnectorRemoval(services)
        try await services.database.write { session in
            _ = try session.connection(alive: id)
            try removal.remove(session.lockedConnection(id), in: session)
        }
    }

    /// What the connection's source offers; where it is slow to tell, what it told when the connection was configured.
    private func offered(to connection: Connection) async throws -> DiscoveredCatalog? {
        let known = try await SourceStreams(services).catalog(
            of: connection.sourceID, within: services.discoverPatience)
        if let known { return known }
        return try await services.database.read { session in
            try connection.sourceCatalogID.flatMap { try session.discoveredCatalogIfAny($0) }
        }
    }
}

extension Session {
    fileprivate func publicWire(_ connection: Connection) throws -> JSON { try publicWire([connection])[0] }

    /// In the same order.
    fileprivate func publicWire(_ connections: [Connection]) throws -> [JSON] {
        let tags = try tags(of: connections.map(\.id))
        return connections.map { $0.publicWire(tags[$0.id] ?? []) }
    }

    /// The connection; one that is deleted counts as not there, or clients would go on to plan with it.
    fileprivate func connection(alive id: ConnectionID) throws -> Connection {
        let connection = try connection(id)
        guard connection.status != .deprecated else { throw StoreError.notFound("connection", id) }
        return connection
    }
}
