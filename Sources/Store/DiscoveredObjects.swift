import Airbyte
import JSON
package import Model
package import Posix
package import SQL
import Time

extension Session {
    /// Keeps what a destination was found to offer, in place of what it was before. Another id means another catalog.
    /// Returns the id.
    package func keep(_ objects: DiscoveredObjects) throws -> UUID {
        var kept = objects
        if let known = try discoveredObjects(of: objects.destinationID), known.catalog == objects.catalog {
            kept.id = known.id
        }
        try run(
            """
            INSERT INTO destination_catalog (
                destination_id, id, catalog, configuration_hash, connector_version, created_at)
            VALUES (\(kept.destinationID), \(kept.id), \(try kept.catalog.columnText()), \(kept.configurationHash),
                    \(kept.connectorVersion), \(kept.createdAt))
            ON CONFLICT (destination_id) DO UPDATE SET
                id = excluded.id, catalog = excluded.catalog, configuration_hash = excluded.configuration_hash,
                connector_version = excluded.connector_version, created_at = excluded.created_at
            """)
        return kept.id
    }

    /// Nil where nothing was discovered yet.
    package func discoveredObjects(of destination: ConnectorID) throws -> DiscoveredObjects? {
        try row("SELECT * FROM destination_catalog WHERE destination_id = \(destination)").map(DiscoveredObjects.init)
    }
}

extension DiscoveredObjects {
    fileprivate init(_ row: Row) throws {
        guard let id = try row.optionalUUID("id") else {
            throw DatabaseError(.decoding, "Column id does not hold a UUID.")
        }
        self.init(
            id: id, destinationID: try row.id("destination_id"), catalog: try row.coded("catalog"),
            configurationHash: try row.get("configuration_hash"), connectorVersion: try row.get("connector_version"),
            createdAt: try row.get("created_at"))
    }
}
