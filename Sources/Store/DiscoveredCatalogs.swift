import Airbyte
import JSON
package import Model
package import Posix
package import SQL
package import Time

extension Session {
    /// Adds what a source was found to offer. Where that is what its newest catalog says, this one is brought up to
    /// date in its place, so that another id means another catalog. Returns the id.
    package func keep(_ catalog: DiscoveredCatalog) throws -> UUID {
        let newest = try row(
            "SELECT * FROM catalog WHERE source_id = \(catalog.sourceID) ORDER BY created_at DESC, id LIMIT 1"
        ).map(DiscoveredCatalog.init)
        guard let newest, newest.catalog == catalog.catalog else {
            try insert(catalog)
            return catalog.id
        }
        try run(
            """
            UPDATE catalog SET configuration_hash = \(catalog.configurationHash),
                               connector_version = \(catalog.connectorVersion), created_at = \(catalog.createdAt)
            WHERE id = \(newest.id)
            """)
        return newest.id
    }

    package func insert(_ catalog: DiscoveredCatalog) throws {
        try run(
            """
            INSERT INTO catalog (id, source_id, catalog, configuration_hash, connector_version, created_at)
            VALUES (\(catalog.id), \(catalog.sourceID), \(try catalog.catalog.columnText()),
                    \(catalog.configurationHash), \(catalog.connectorVersion), \(catalog.createdAt))
            """)
    }

    package func discoveredCatalog(_ id: UUID) throws -> DiscoveredCatalog {
        guard let catalog = try discoveredCatalogIfAny(id) else { throw StoreError.notFound("catalog", id) }
        return catalog
    }

    package func discoveredCatalogIfAny(_ id: UUID) throws -> DiscoveredCatalog? {
        try row("SELECT * FROM catalog WHERE id = \(id)").map(DiscoveredCatalog.init)
    }

    /// The newest one that was discovered with this very configuration and version, and when it last was; nil where
    /// there is none. The catalog itself is not read.
    package func newestCatalog(
        of source: ConnectorID, configurationHash: String, connectorVersion: String
    ) throws -> (id: UUID, discoveredAt: Instant)? {
        try row(
            """
            SELECT id, created_at FROM catalog
            WHERE source_id = \(source) AND configuration_hash = \(configurationHash)
              AND connector_version = \(connectorVersion)
            ORDER BY created_at DESC, id LIMIT 1
            """
        ).map { (try $0.catalogID, try $0.get("created_at")) }
    }

    /// The newest one, with whatever configuration it was discovered.
    package func newestCatalogID(of source: ConnectorID) throws -> UUID? {
        try row("SELECT id FROM catalog WHERE source_id = \(source) ORDER BY created_at DESC, id LIMIT 1")?.catalogID
    }

    /// The newest one whole, with whatever configuration it was discovered; nil where nothing was discovered yet.
    package func newestCatalog(of source: ConnectorID) throws -> DiscoveredCatalog? {
        try row("SELECT * FROM catalog WHERE source_id = \(source) ORDER BY created_at DESC, id LIMIT 1")
            .map(DiscoveredCatalog.init)
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

extension Row {
    fileprivate var catalogID: UUID {
        get throws {
            guard let id = UUID(try get("id", as: String.self)) else {
                throw DatabaseError(.decoding, "Column id does not hold a UUID.")
            }
            return id
        }
    }
}

extension DiscoveredCatalog {
    init(_ row: Row) throws {
        self.init(
            id: try row.catalogID, sourceID: try row.id("source_id"), catalog: try row.coded("catalog"),
            configurationHash: try row.get("configuration_hash"), connectorVersion: try row.get("connector_version"),
            createdAt: try row.get("created_at"))
    }
}
