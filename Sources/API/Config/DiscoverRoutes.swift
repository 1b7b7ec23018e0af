import HTTP
import JSON
import Model
import Posix
import SQL
import SchemaChanges
import Store
import Sync
import Time

/// `/api/v1/sources/discover_schema`.
struct DiscoverRoutes: Sendable {
    let services: APIServices

    var routes: [Route] { [.config("sources/discover_schema", "discoverSchemaForSource", discover)] }

    /// A discovery that failed is an answer, too: 200 without a catalog. Asked on behalf of a connection, it also tells
    /// what the source's changes mean to that one, which may be switched off for them; a sync takes over the rest.
    func discover(_ body: Body) async throws -> JSON {
        let id: ConnectorID = try body.required("sourceId")
        let usesCache = try body.optional("disable_cache", as: Bool.self) != true
        let connection: ConnectionID? = try body.optional("connectionId") ?? body.optional("connection_id")
        try await services.database.read { session in
            _ = try session.connector(.source, id)
            guard let connection, try session.connection(connection).sourceID != id else { return }
            throw Problem.badRequest("The connection \(connection) does not start from the source \(id).")
        }
        let answer = try await services.calls.discover(id, usesCache: usesCache)
        let found = try await services.database.read { session in
            try answer.catalogID.flatMap { UUID($0) }.map { try session.discoveredCatalog($0) }
        }
        var members = JSONObject()
        if let found, let connection { members = try await change(found, of: connection) }
        members["catalog"] = found?.catalog.wire
        members["catalogId"] = found.map { .string($0.id.description) }
        members["jobInfo"] = answer.call.wire(
            "discover_schema", of: id.description, succeeded: found != nil, failure: answer.failure)
        return .object(members)
    }

    /// What the catalog means to the connection.
    private func change(_ found: DiscoveredCatalog, of id: ConnectionID) async throws -> JSONObject {
        let schemas = services.schemaUpdater
        return try await services.database.write { session in
            let update = try schemas.update(
                session.lockedConnection(id), to: found, on: .question, in: session,
                at: Instant(microseconds: session.now()))
            return [
                "catalogDiff": update.diff.json, "breakingChange": .bool(update.connection.hasBreakingChange),
                "connectionStatus": .string(update.connection.status.rawValue),
            ]
        }
    }
}
