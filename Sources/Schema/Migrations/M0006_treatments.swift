import SQL

/// What a connection does with records on their way, and how it takes changes of its source's schema.
extension Migration {
    static let treatments = Migration(6, "treatments") { dialect in
        """
        ALTER TABLE connection ADD COLUMN treatments TEXT NOT NULL DEFAULT '[]';
        ALTER TABLE connection ADD COLUMN backfills BOOLEAN NOT NULL DEFAULT FALSE;
        ALTER TABLE connection ADD COLUMN tells_schema_changes BOOLEAN NOT NULL DEFAULT TRUE;
        ALTER TABLE connection ADD COLUMN has_breaking_change BOOLEAN NOT NULL DEFAULT FALSE;
        """
    }
}
