import SQL

/// The objects that a destination was found to write into, the newest answer of each.
extension Migration {
    static let destinationCatalogs = Migration(18, "destination_catalogs") { dialect in
        """
        CREATE TABLE destination_catalog (
            destination_id TEXT PRIMARY KEY REFERENCES connector (id) ON DELETE CASCADE,
            id TEXT NOT NULL,
            catalog TEXT NOT NULL,
            configuration_hash TEXT NOT NULL,
            connector_version TEXT NOT NULL,
            created_at \(dialect.bigint) NOT NULL
        );
        """
    }
}
