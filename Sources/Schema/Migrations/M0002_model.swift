import SQL

/// Workspaces, connectors, connections, jobs and everything that hangs on them.
///
/// A namespace column holds '' where a stream has none, so that it can be part of a key.
extension Migration {
    static let model = Migration(2, "model") { dialect in
        """
        CREATE TABLE instance (
            key TEXT PRIMARY KEY,
            value TEXT NOT NULL
        );

        CREATE TABLE organization (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            email TEXT NOT NULL
        );

        CREATE TABLE person (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            email TEXT NOT NULL
        );

        CREATE TABLE workspace (
            id TEXT PRIMARY KEY,
            organization_id TEXT NOT NULL REFERENCES organization (id),
            name TEXT NOT NULL,
            slug TEXT NOT NULL UNIQUE,
            email TEXT,
            initial_setup_complete BOOLEAN NOT NULL,
            tombstone BOOLEAN NOT NULL DEFAULT FALSE,
            created_at \(dialect.bigint) NOT NULL
        );

        CREATE TABLE connector_definition (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('source', 'destination')),
            workspace_id TEXT REFERENCES workspace (id),
            name TEXT NOT NULL,
            repository TEXT NOT NULL,
            tag TEXT NOT NULL,
            documentation_url TEXT,
            icon TEXT,
            specification TEXT NOT NULL,
            supports_refreshes BOOLEAN NOT NULL,
            tombstone BOOLEAN NOT NULL DEFAULT FALSE,
            created_at \(dialect.bigint) NOT NULL
        );

        CREATE TABLE connector (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('source', 'destination')),
            definition_id TEXT NOT NULL REFERENCES connector_definition (id),
            workspace_id TEXT NOT NULL REFERENCES workspace (id),
            name TEXT NOT NULL,
            configuration TEXT NOT NULL,
            tombstone BOOLEAN NOT NULL DEFAULT FALSE,
            created_at \(dialect.bigint) NOT NULL,
            updated_at \(dialect.bigint) NOT NULL
        );
        CREATE INDEX connector_of_workspace ON connector (workspace_id, kind) WHERE NOT tombstone;
        CREATE INDEX connector_of_definition ON connector (definition_id);

        CREATE TABLE secret (
            coordinate TEXT PRIMARY KEY,
            sealed \(dialect.bytes) NOT NULL,
            created_at \(dialect.bigint) NOT NULL,
            expires_at \(dialect.bigint)
        );
        CREATE INDEX secret_expiring ON secret (expires_at) WHERE expires_at IS NOT NULL;

        CREATE TABLE catalog (
            id TEXT PRIMARY KEY,
            source_id TEXT NOT NULL REFERENCES connector (id) ON DELETE CASCADE,
            catalog TEXT NOT NULL,
            configuration_hash TEXT NOT NULL,
            connector_version TEXT NOT NULL,
            created_at \(dialect.bigint) NOT NULL
        );
        CREATE INDEX catalog_of_source ON catalog (source_id, created_at);
        CREATE INDEX catalog_by_age ON catalog (created_at);

        CREATE TABLE connection (
            id TEXT PRIMARY KEY,
            workspace_id TEXT NOT NULL REFERENCES workspace (id),
            source_id TEXT NOT NULL REFERENCES connector (id),
            destination_id TEXT NOT NULL REFERENCES connector (id),
            name TEXT NOT NULL,
            namespace_definition TEXT NOT NULL CHECK (namespace_definition IN ('source', 'destination', 'customformat')),
            namespace_format TEXT,
            prefix TEXT,
            status TEXT NOT NULL CHECK (status IN ('active', 'inactive', 'deprecated')),
            schedule TEXT NOT NULL,
            is_timed BOOLEAN NOT NULL,
            catalog TEXT NOT NULL,
            source_catalog_id TEXT,
            non_breaking_changes TEXT NOT NULL,
            created_at \(dialect.bigint) NOT NULL,
            updated_at \(dialect.bigint) NOT NULL
        );
        CREATE INDEX connection_of_workspace ON connection (workspace_id);
        CREATE INDEX connection_of_source ON connection (source_id);
        CREATE INDEX connection_of_destination ON connection (destination_id);
        CREATE INDEX connection_of_catalog ON connection (source_catalog_id);
        CREATE INDEX connection_to_fire ON connection (id) WHERE is_timed AND status = 'active';

        CREATE TABLE job (
            id \(dialect.identity),
            connection_id TEXT NOT NULL REFERENCES connection (id),
            kind TEXT NOT NULL CHECK (kind IN ('sync', 'reset_connection')),
            status TEXT NOT NULL
                CHECK (status IN ('pending', 'running', 'incomplete', 'failed', 'succeeded', 'cancelled')),
            is_scheduled BOOLEAN NOT NULL,
            run_id \(dialect.bigint),
            streams TEXT NOT NULL,
            retries TEXT NOT NULL,
            created_at \(dialect.bigint) NOT NULL,
            started_at \(dialect.bigint),
            updated_at \(dialect.bigint) NOT NULL
        );
        CREATE UNIQUE INDEX job_one_live_per_connection ON job (connection_id)
            WHERE status IN ('pending', 'running', 'incomplete');
        CREATE INDEX job_of_connection ON job (connection_id, id);
        CREATE INDEX job_by_age ON job (created_at);

        CREATE TABLE attempt (
            job_id \(dialect.bigint) NOT NULL REFERENCES job (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('running', 'failed', 'succeeded')),
            stats TEXT NOT NULL,
            failures TEXT NOT NULL,
            created_at \(dialect.bigint) NOT NULL,
            updated_at \(dialect.bigint) NOT NULL,
            ended_at \(dialect.bigint),
            PRIMARY KEY (job_id, number),
            CHECK ((status = 'running') = (ended_at IS NULL))
        );
        CREATE UNIQUE INDEX attempt_one_running_per_job ON attempt (job_id) WHERE status = 'running';

        CREATE TABLE attempt_log (
            job_id \(dialect.bigint) NOT NULL,
            number INTEGER NOT NULL,
            chunk INTEGER NOT NULL,
            plain_size \(dialect.bigint) NOT NULL,
            created_at \(dialect.bigint) NOT NULL,
            compressed \(dialect.bytes) NOT NULL,
            PRIMARY KEY (job_id, number, chunk),
            FOREIGN KEY (job_id, number) REFERENCES attempt (job_id, number) ON DELETE CASCADE
        );
        CREATE INDEX attempt_log_by_age ON attempt_log (created_at);

        CREATE TABLE state (
            connection_id TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
            kind TEXT NOT NULL CHECK (kind IN ('stream', 'global_shared', 'global_stream', 'legacy')),
            stream_name TEXT NOT NULL,
            namespace TEXT NOT NULL,
            state TEXT NOT NULL,
            updated_at \(dialect.bigint) NOT NULL,
            PRIMARY KEY (connection_id, kind, stream_name, namespace)
        );

        CREATE TABLE stream_generation (
            connection_id TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
            stream_name TEXT NOT NULL,
            namespace TEXT NOT NULL,
            generation \(dialect.bigint) NOT NULL,
            job_id \(dialect.bigint) NOT NULL,
            PRIMARY KEY (connection_id, stream_name, namespace)
        );
        """
    }
}
