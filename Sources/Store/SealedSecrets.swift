package import SQL
package import Time

extension Session {
    package func insertSecret(_ coordinate: String, sealed: [UInt8], at time: Instant, expires: Instant?) throws {
        try run(
            """
            INSERT INTO secret (coordinate, sealed, created_at, expires_at)
            VALUES (\(coordinate), \(sealed), \(time), \(expires))
            """)
    }

    /// As `insertSecret`, but leaves one that is there as it is.
    package func insertSecretIfNew(_ coordinate: String, sealed: [UInt8], at time: Instant) throws {
        try run(
            """
            INSERT INTO secret (coordinate, sealed, created_at) VALUES (\(coordinate), \(sealed), \(time))
            ON CONFLICT (coordinate) DO NOTHING
            """)
    }

    /// Nil where there is no such secret.
    package func sealedSecret(_ coordinate: String) throws -> [UInt8]? {
        try value("SELECT sealed FROM secret WHERE coordinate = \(coordinate)")
    }

    package func deleteSecrets(_ coordinates: [String]) throws {
        try run("DELETE FROM secret WHERE coordinate IN \(list: coordinates)")
    }

    /// Deletes the secrets of checks that were never saved. Returns how many.
    package func pruneSecrets(expiredBefore time: Instant) throws -> Int {
        try run("DELETE FROM secret WHERE expires_at IS NOT NULL AND expires_at < \(time)")
    }
}
