import SQL

/// Who changed what. It refers to nothing, so that it outlives what it tells of.
extension Migration {
    static let audit = Migration(12, "audit") { dialect in
        """
        CREATE TABLE audit (
            id \(dialect.identity),
            at \(dialect.bigint) NOT NULL,
            person_id TEXT NOT NULL,
            application_id TEXT,
            operation TEXT NOT NULL,
            workspace_id TEXT,
            subject_id TEXT,
            status INTEGER NOT NULL,
            request_id TEXT NOT NULL
        );
        CREATE INDEX audit_by_age ON audit (at);
        CREATE INDEX audit_of_workspace ON audit (workspace_id, at);
        """
    }
}
