import SQL

/// What happened to connections, whom it is told, and what is called after a sync.
extension Migration {
    static let events = Migration(7, "events") { dialect in
        """
        CREATE TABLE event (
            id TEXT PRIMARY KEY,
            workspace_id TEXT NOT NULL REFERENCES workspace (id),
            connection_id TEXT NOT NULL REFERENCES connection (id),
            job_id \(dialect.bigint) REFERENCES job (id) ON DELETE CASCADE,
            kind TEXT NOT NULL,
            detail TEXT NOT NULL,
            created_at \(dialect.bigint) NOT NULL
        );

        CREATE INDEX event_by_connection ON event (connection_id, created_at);

        CREATE INDEX event_by_workspace ON event (workspace_id, created_at);

        CREATE INDEX event_by_job ON event (job_id);

        CREATE INDEX event_by_age ON event (created_at);

        CREATE TABLE delivery (
            event_id TEXT NOT NULL REFERENCES event (id) ON DELETE CASCADE,
            channel TEXT NOT NULL CHECK (channel IN ('slack', 'webhook')),
            status TEXT NOT NULL CHECK (status IN ('pending', 'delivered', 'failed')),
            tries INTEGER NOT NULL DEFAULT 0,
            message TEXT,
            updated_at \(dialect.bigint) NOT NULL,
            PRIMARY KEY (event_id, channel)
        );

        CREATE TABLE operation (
            id TEXT PRIMARY KEY,
            workspace_id TEXT NOT NULL REFERENCES workspace (id),
            name TEXT NOT NULL,
            configuration TEXT NOT NULL,
            created_at \(dialect.bigint) NOT NULL,
            updated_at \(dialect.bigint) NOT NULL
        );

        CREATE INDEX operation_by_workspace ON operation (workspace_id);

        ALTER TABLE workspace ADD COLUMN notification_settings TEXT NOT NULL DEFAULT '{}';
        ALTER TABLE workspace ADD COLUMN webhook_configs TEXT NOT NULL DEFAULT '[]';
        ALTER TABLE connection ADD COLUMN operation_ids TEXT NOT NULL DEFAULT '[]';
        """
    }
}
