package import Posix
package import SQL
package import Time

/// What the store knows of a request that came with an `Idempotency-Key`.
package struct StoredRequest: Sendable, Hashable {
    /// Of the body; the same key with another body is another request, and a mistake.
    package let requestHash: String
    /// The status of the answer and its sealed body; nil while the request is under way.
    package let status: Int?
    package let sealedAnswer: [UInt8]?
}

extension Session {
    /// Takes hold of a request that nobody has answered or holds. Returns whether it did.
    package func holdRequest(
        _ keyHash: String, requestHash: String, holder: UUID, until time: Instant, at now: Instant
    ) throws -> Bool {
        let held = try run(
            """
            INSERT INTO idempotency (key_hash, request_hash, holder, held_until, created_at)
            VALUES (\(keyHash), \(requestHash), \(holder), \(time), \(now))
            ON CONFLICT (key_hash) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
            WHERE idempotency.status IS NULL AND idempotency.held_until < \(now)
                AND idempotency.request_hash = excluded.request_hash
            """)
        return held == 1
    }

    package func idempotentRequest(_ keyHash: String) throws -> StoredRequest? {
        try row("SELECT * FROM idempotency WHERE key_hash = \(keyHash)").map {
            StoredRequest(
                requestHash: try $0.get("request_hash"), status: try $0.getOptional("status"),
                sealedAnswer: try $0.getOptional("sealed_answer"))
        }
    }

    /// Returns whether the holder still holds it.
    package func keepHoldingRequest(_ keyHash: String, holder: UUID, until time: Instant) throws -> Bool {
        try run(
            """
            UPDATE idempotency SET held_until = \(time)
            WHERE key_hash = \(keyHash) AND holder = \(holder) AND status IS NULL
            """) == 1
    }

    /// Returns whether the holder still held it.
    package func answerRequest(_ keyHash: String, holder: UUID, status: Int, sealed: [UInt8]) throws -> Bool {
        try run(
            """
            UPDATE idempotency SET status = \(status), sealed_answer = \(sealed)
            WHERE key_hash = \(keyHash) AND holder = \(holder) AND status IS NULL
            """) == 1
    }

    /// As if the request had never come.
    package func dropRequest(_ keyHash: String, holder: UUID) throws {
        try run(
            "DELETE FROM idempotency WHERE key_hash = \(keyHash) AND holder = \(holder) AND status IS NULL")
    }

    /// Deletes those from before `time`, at most `limit` a call. Returns how many.
    package func pruneRequests(createdBefore time: Instant, limit: Int) throws -> Int {
        try run(
            """
            DELETE FROM idempotency WHERE key_hash IN (
                SELECT key_hash FROM idempotency WHERE created_at < \(time) ORDER BY created_at LIMIT \(limit))
            """)
    }
}
