import SQL

/// Refresh jobs, streams that wait to be cleared or read again, and what a connection decides for its own jobs.
extension Migration {
    static let jobKinds = Migration(5, "job_kinds") { dialect in
        let kinds = "CHECK (kind IN ('sync', 'reset_connection', 'refresh'))"
        // SQLite cannot change a column's check, only take a column away with its check.
        let widening =
            switch dialect.engine {
            case .postgres:
                """
                ALTER TABLE job DROP CONSTRAINT job_kind_check;
                ALTER TABLE job ADD CONSTRAINT job_kind_check \(kinds);
                """
            case .sqlite:
                """
                ALTER TABLE job RENAME COLUMN kind TO old_kind;
                ALTER TABLE job ADD COLUMN kind TEXT NOT NULL DEFAULT 'sync' \(kinds);
                UPDATE job SET kind = old_kind;
                ALTER TABLE job DROP COLUMN old_kind;
                """
            }
        return """
            \(widening)
            ALTER TABLE job ADD COLUMN refreshes TEXT NOT NULL DEFAULT '[]';
            ALTER TABLE job ADD COLUMN called_slow_at \(dialect.bigint);

            CREATE TABLE stream_reset (
                connection_id TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
                stream_name TEXT NOT NULL,
                namespace TEXT NOT NULL,
                created_at \(dialect.bigint) NOT NULL,
                PRIMARY KEY (connection_id, stream_name, namespace)
            );

            CREATE TABLE stream_refresh (
                connection_id TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
                stream_name TEXT NOT NULL,
                namespace TEXT NOT NULL,
                mode TEXT NOT NULL CHECK (mode IN ('MERGE', 'TRUNCATE')),
                created_at \(dialect.bigint) NOT NULL,
                PRIMARY KEY (connection_id, stream_name, namespace)
            );

            ALTER TABLE connection ADD COLUMN run_policy TEXT NOT NULL DEFAULT '{}';
            ALTER TABLE connection ADD COLUMN status_reason TEXT;
            ALTER TABLE connection ADD COLUMN failures_count_from \(dialect.bigint);
            ALTER TABLE connection ADD COLUMN failure_warned_at \(dialect.bigint);
            """
    }
}
