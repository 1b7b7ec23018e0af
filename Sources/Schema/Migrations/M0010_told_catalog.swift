import SQL

/// Of which discovered catalog the people behind a connection have been told.
extension Migration {
    static let toldCatalog = Migration(10, "told_catalog") { dialect in
        """
        ALTER TABLE connection ADD COLUMN told_catalog_id TEXT;
        """
    }
}
