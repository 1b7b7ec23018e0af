import SQL

/// When each connection's next sync is due, so that what is due is found by an index.
extension Migration {
    static let schedules = Migration(4, "schedules") { dialect in
        """
        DROP INDEX connection_to_fire;

        -- NULL: never. 0: cron has still to work it out.
        ALTER TABLE connection ADD COLUMN next_sync_at \(dialect.bigint);
        UPDATE connection SET next_sync_at = 0 WHERE is_timed AND status = 'active';
        ALTER TABLE connection DROP COLUMN is_timed;

        CREATE INDEX connection_by_next_sync ON connection (next_sync_at, id) WHERE next_sync_at IS NOT NULL;
        """
    }
}
