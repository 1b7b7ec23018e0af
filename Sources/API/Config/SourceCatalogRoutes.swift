import Airbyte
import HTTP
import JSON
import Model
import Posix
import SQL
import Store
import Sync
import Time

/// What of a source's catalogs is kept.
struct SourceCatalogRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [.config("sources/most_recent_source_actor_catalog", "getMostRecentSourceActorCatalog", newest)]
    }

    /// Without a catalog where nothing was discovered yet.
    private func newest(_ body: Body) async throws -> JSON {
        let id: ConnectorID = try body.required("sourceId")
        let catalog = try await services.database.read { session in
            _ = try session.connector(.source, id)
            return try session.newestCatalog(of: id)
        }
        return JSON(present: [
            "catalog": catalog?.catalog.wire, "updatedAt": catalog.map { .seconds($0.createdAt) },
        ])
    }
}
