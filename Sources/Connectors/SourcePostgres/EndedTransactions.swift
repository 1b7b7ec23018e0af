import Glibc
import Postgres
import SQL

/// The transactions that have ended, as a crash of the server would leave them.
///
/// The end of one that was rolled back, or that committed asynchronously, reaches the disk a moment after it can be seen.
/// When the server crashes in between, it gives the numbers of such transactions to new ones, and whoever noted that
/// they had ended would pass over what those write.
enum EndedTransactions {
    /// Waits until those that the snapshot of the open transaction takes for ended stay so: the server's log writer sees to
    /// it within three of its pauses. Returns a place in the log that their changes lie before; nil where the server does
    /// not tell, as a standby, to which only what is on disk was sent.
    @discardableResult
    static func awaitDisk(_ connection: PostgresConnection) throws -> PostgresLSN? {
        // Some services refuse these functions, which must not end the transaction.
        try connection.execute(script: "SAVEPOINT log")
        do {
            let place = try durablePlace(connection)
            try connection.execute(script: "RELEASE log")
            return place
        } catch let error as DatabaseError where error.native != nil {
            try connection.execute(script: "ROLLBACK TO log; RELEASE log")
            return nil
        }
    }

    private static func durablePlace(_ connection: PostgresConnection) throws -> PostgresLSN? {
        let row = try connection.rows(
            """
            SELECT CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_insert_lsn()::text END AS written,
                (SELECT setting::bigint FROM pg_catalog.pg_settings WHERE name = 'wal_writer_delay') AS pause
            """
        ).first
        guard let written = try row?.getOptional("written", as: String.self).flatMap({ PostgresLSN($0) }) else {
            return nil
        }
        // Five, as it may be late.
        let deadline = ContinuousClock.now + .milliseconds(5 * (try row?.getOptional("pause") ?? 200))
        while true {
            let text = try connection.rows("SELECT pg_current_wal_flush_lsn()::text AS flushed").first?
                .get("flushed", as: String.self)
            guard let flushed = text.flatMap({ PostgresLSN($0) }) else { return nil }
            // What is written by then and not on disk is of transactions that are still open.
            if flushed >= written || ContinuousClock.now >= deadline { return min(flushed, written) }
            usleep(10_000)
        }
    }
}
