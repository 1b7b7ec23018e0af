import SQL

/// Words that connections are marked with.
extension Migration {
    static let tags = Migration(14, "tags") { _ in
        """
        CREATE TABLE tag (
            id TEXT PRIMARY KEY,
            workspace_id TEXT NOT NULL REFERENCES workspace (id),
            name TEXT NOT NULL,
            color TEXT NOT NULL,
            UNIQUE (workspace_id, name)
        );

        CREATE TABLE connection_tag (
            connection_id TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
            tag_id TEXT NOT NULL REFERENCES tag (id) ON DELETE CASCADE,
            PRIMARY KEY (connection_id, tag_id)
        );
        CREATE INDEX connection_tag_by_tag ON connection_tag (tag_id);
        """
    }
}
