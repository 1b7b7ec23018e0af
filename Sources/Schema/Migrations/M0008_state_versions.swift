import SQL

/// What the state of a connection was, so that it can be put back.
extension Migration {
    static let stateVersions = Migration(8, "state_versions") { dialect in
        """
        CREATE TABLE state_version (
            connection_id TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
            number \(dialect.bigint) NOT NULL CHECK (number > 0),
            job_id \(dialect.bigint),
            cause TEXT NOT NULL CHECK (cause IN ('found', 'attempt', 'replaced', 'restored')),
            digest TEXT NOT NULL,
            plain_size \(dialect.bigint) NOT NULL,
            created_at \(dialect.bigint) NOT NULL,
            compressed \(dialect.bytes) NOT NULL,
            PRIMARY KEY (connection_id, number)
        );
        """
    }
}
