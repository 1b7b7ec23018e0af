import SQL

/// Records that an attempt did not pass on, kept aside in compressed pieces as its log is.
extension Migration {
    static let attemptRejects = Migration(9, "attempt_rejects") { dialect in
        """
        CREATE TABLE attempt_reject (
            job_id \(dialect.bigint) NOT NULL,
            number INTEGER NOT NULL,
            chunk INTEGER NOT NULL,
            plain_size \(dialect.bigint) NOT NULL,
            created_at \(dialect.bigint) NOT NULL,
            compressed \(dialect.bytes) NOT NULL,
            PRIMARY KEY (job_id, number, chunk),
            FOREIGN KEY (job_id, number) REFERENCES attempt (job_id, number) ON DELETE CASCADE
        );
        CREATE INDEX attempt_reject_by_age ON attempt_reject (created_at);
        """
    }
}
