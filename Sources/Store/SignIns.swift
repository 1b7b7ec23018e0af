package import Model
package import SQL
package import Time

/// That somebody is signed in with a cookie; the store knows it by a hash only.
package struct StoredSignIn: Sendable, Hashable {
    package let personID: PersonID
    /// Without a request until then it ends.
    package let expiresAt: Instant
    /// It ends then in any case.
    package let endsAt: Instant
}

extension Session {
    package func insertSignIn(
        _ tokenHash: String, of person: PersonID, at time: Instant, expires: Instant, ends: Instant
    ) throws {
        try run(
            """
            INSERT INTO sign_in (token_hash, person_id, created_at, expires_at, ends_at)
            VALUES (\(tokenHash), \(person), \(time), \(expires), \(ends))
            """)
    }

    /// Nil where there is none, or it has expired.
    package func signIn(_ tokenHash: String) throws -> StoredSignIn? {
        let found = try row(
            """
            SELECT * FROM sign_in
            WHERE token_hash = \(tokenHash) AND expires_at > \(dialect.now) AND ends_at > \(dialect.now)
            """)
        return try found.map {
            StoredSignIn(
                personID: try $0.id("person_id"), expiresAt: try $0.get("expires_at"), endsAt: try $0.get("ends_at"))
        }
    }

    package func extendSignIn(_ tokenHash: String, to time: Instant) throws {
        try run("UPDATE sign_in SET expires_at = \(time) WHERE token_hash = \(tokenHash) AND expires_at < \(time)")
    }

    package func deleteSignIn(_ tokenHash: String) throws {
        try run("DELETE FROM sign_in WHERE token_hash = \(tokenHash)")
    }

    package func deleteSignIns(of person: PersonID) throws {
        try run("DELETE FROM sign_in WHERE person_id = \(person)")
    }

    /// Deletes those that expired before `time`, at most `limit` a call. Returns how many.
    package func pruneSignIns(expiredBefore time: Instant, limit: Int) throws -> Int {
        try run(
            """
            DELETE FROM sign_in WHERE token_hash IN (
                SELECT token_hash FROM sign_in WHERE expires_at < \(time) ORDER BY expires_at LIMIT \(limit))
            """)
    }
}
