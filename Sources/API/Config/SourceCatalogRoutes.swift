import Airbyte
import HTTP
import JSON
import Model
import Posix
import SQL
import Store
import Sync
import Time

/// What of a source's catalogs is kept, and what its connections make of one.
struct SourceCatalogRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            .config("sources/most_recent_source_actor_catalog", "getMostRecentSourceActorCatalog", newest),
            .config("sources/apply_schema_changes", "applySchemaChangeForSource", apply),
        ]
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

    /// Has every connection of the source take note of a catalog that was discovered, each as it was told to.
    private func apply(_ body: Body) async throws {
        let id: ConnectorID = try body.required("sourceId")
        let catalogID: UUID = try body.required("catalogId")
        let schemas = services.schemaUpdater
        try await services.database.write { session in
            _ = try session.connector(.source, id)
            let catalog = try session.discoveredCatalog(catalogID)
            guard catalog.sourceID == id else { throw StoreError.notFound("catalog", catalogID) }
            for connection in try session.connections(touching: id) where connection.status == .active {
                _ = try schemas.update(
                    session.lockedConnection(connection.id), to: catalog, on: .sync, in: session,
                    at: Instant(microseconds: session.now()))
            }
        }
    }
}
