import SQL

/// So that a page of many connections is found without reading them all.
extension Migration {
    static let connectionLists = Migration(16, "connection_lists") { dialect in
        """
        CREATE INDEX connection_by_name ON connection (workspace_id, lower(name), id, status, has_breaking_change)
            WHERE status <> 'deprecated';
        """
    }
}
