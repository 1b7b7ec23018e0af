import Airbyte
import JSON
package import Model
package import Posix
package import SQL
package import Time

extension Session {
    package func insert(_ catalog: DiscoveredCatalog) throws {
        try run(
            """
            INSERT INTO catalog (id, source_id, catalog, configuration_hash, connector_version, created_at)
            VALUES (\(catalog.id), \(catalog.sourceID), \(try catalog.catalog.columnText()),
                    \(catalog.configurationHash), \(catalog.connectorVersion), \(catalog.createdAt))
            """)
    }

    package func discoveredCatalog(_ id: UUID) throws -> DiscoveredCatalog {
        guard let row = try row("SELECT * FROM catalog WHERE id = \(id)") else {
            throw StoreError.notFound("catalog", id)
        }
        return try DiscoveredCatalog(row)
    }

    /// The newest one that was discovered with this very configuration and version; nil where there is none.
    package func newestCatalog(
        of source: ConnectorID, configurationHash: String, connectorVersion: String
    ) throws -> DiscoveredCatalog? {
        try row(
            """
            SELECT * FROM catalog
            WHERE source_id = \(source) AND configuration_hash = \(configurationHash)
              AND connector_version = \(connectorVersion)
            ORDER BY created_at DESC LIMIT 1
            """
        ).map(DiscoveredCatalog.init)
    }

    /// Deletes catalogs discovered before `time`, but never a source's newest nor one that a connection was made from.
    /// Returns how many.
    package func pruneCatalogs(createdBefore time: Instant, limit: Int) throws -> Int {
        try run(
            """
            DELETE FROM catalog WHERE id IN (
                SELECT id FROM catalog AS old
                WHERE old.created_at < \(time)
                  AND EXISTS (SELECT 1 FROM catalog AS newer
                              WHERE newer.source_id = old.source_id AND newer.created_at > old.created_at)
                  AND NOT EXISTS (SELECT 1 FROM connection WHERE connection.source_catalog_id = old.id)
                ORDER BY old.created_at LIMIT \(limit))
            """)
    }
}

extension DiscoveredCatalog {
    init(_ row: Row) throws {
        guard let id = UUID(try row.get("id", as: String.self)) else {
            throw DatabaseError(.decoding, "Column id does not hold a UUID.")
        }
        self.init(
            id: id, sourceID: try row.id("source_id"), catalog: try row.coded("catalog"),
            configurationHash: try row.get("configuration_hash"), connectorVersion: try row.get("connector_version"),
            createdAt: try row.get("created_at"))
    }
}
