import SQL

/// What the containers of connectors may take: by definition, and by connection.
extension Migration {
    static let containerResources = Migration(20, "container_resources") { _ in
        """
        ALTER TABLE connector_definition ADD COLUMN resources TEXT NOT NULL DEFAULT '{}';
        ALTER TABLE connection ADD COLUMN resources TEXT NOT NULL DEFAULT '{}';
        """
    }
}
