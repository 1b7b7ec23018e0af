import SQL

/// How many ended jobs each connection has, kept as they end, and the orders in which lists of jobs are asked for.
extension Migration {
    static let jobCounts = Migration(15, "job_counts") { dialect in
        """
        CREATE TABLE job_count (
            connection_id TEXT NOT NULL,
            kind TEXT NOT NULL,
            status TEXT NOT NULL,
            jobs \(dialect.bigint) NOT NULL,
            PRIMARY KEY (connection_id, kind, status)
        );
        INSERT INTO job_count (connection_id, kind, status, jobs)
            SELECT connection_id, kind, status, count(*) FROM job
            WHERE status IN ('failed', 'succeeded', 'cancelled') GROUP BY connection_id, kind, status;
        CREATE INDEX job_by_status ON job (status, id);
        CREATE INDEX job_by_update ON job (updated_at, id);
        """
    }
}
