import HTTP
import JSON
import Model
import Posix
import SQL
import Store
import Sync

/// `/api/v1/sources/discover_schema`.
struct DiscoverRoutes: Sendable {
    let services: APIServices

    var routes: [Route] { [.config("sources/discover_schema", "discoverSchemaForSource", discover)] }

    /// A discovery that failed is an answer, too: 200 without a catalog.
    func discover(_ body: Body) async throws -> JSON {
        let id: ConnectorID = try body.required("sourceId")
        let usesCache = try body.optional("disable_cache", as: Bool.self) != true
        _ = try await services.database.read { try $0.connector(.source, id) }
        let answer = try await services.calls.discover(id, usesCache: usesCache)
        let found = try await services.database.read { session in
            try answer.catalogID.flatMap { UUID($0) }.map { try session.discoveredCatalog($0) }
        }
        return JSON(present: [
            "catalog": found?.catalog.wire,
            "catalogId": found.map { .string($0.id.description) },
            "jobInfo": answer.call.wire(
                "discover_schema", of: id.description, succeeded: found != nil, failure: answer.failure),
        ])
    }
}
