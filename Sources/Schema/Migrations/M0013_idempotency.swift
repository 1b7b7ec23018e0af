import SQL

/// Requests that came with an `Idempotency-Key`, and what was answered: a request without a status is under way for as
/// long as it is held.
extension Migration {
    static let idempotency = Migration(13, "idempotency") { dialect in
        """
        CREATE TABLE idempotency (
            key_hash TEXT PRIMARY KEY,
            request_hash TEXT NOT NULL,
            holder TEXT NOT NULL,
            held_until \(dialect.bigint) NOT NULL,
            status INTEGER,
            sealed_answer \(dialect.bytes),
            created_at \(dialect.bigint) NOT NULL,
            CHECK ((status IS NULL) = (sealed_answer IS NULL))
        );
        CREATE INDEX idempotency_by_age ON idempotency (created_at);
        """
    }
}
