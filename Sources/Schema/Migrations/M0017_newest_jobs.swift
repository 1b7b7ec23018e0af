import SQL

/// How each connection's newest job stands, kept as it moves, so that lists of connections need not look for it.
extension Migration {
    static let newestJobs = Migration(17, "newest_jobs") { dialect in
        """
        CREATE TABLE newest_job (
            connection_id TEXT PRIMARY KEY REFERENCES connection (id) ON DELETE CASCADE,
            job_id \(dialect.bigint) NOT NULL,
            status TEXT NOT NULL,
            created_at \(dialect.bigint) NOT NULL
        );
        INSERT INTO newest_job (connection_id, job_id, status, created_at)
            SELECT connection_id, id, status, created_at FROM job
            WHERE id IN (SELECT max(id) FROM job GROUP BY connection_id);
        """
    }
}
