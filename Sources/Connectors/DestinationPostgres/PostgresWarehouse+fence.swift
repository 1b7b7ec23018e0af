import ConnectorKit
import Glibc
import Postgres
import SQL

extension PostgresWarehouse {
    /// Keeps our advisory locks apart from those of others in the database.
    private static let fence = 0x5357_4C54

    /// Holds an advisory lock for as long as the connection lives, and ends the session of an earlier run that holds it:
    /// the server may still work on what a killed program had sent, and would commit it later.
    func shutOut(othersOf connection: String) throws {
        let begin = ContinuousClock.now
        while true {
            let isHeld: Bool? = try self.connection.rows(
                "SELECT pg_try_advisory_lock(\(Self.fence)::int, hashtext(\(connection))) AS held"
            ).first?.get("held")
            if isHeld == true { return }
            let waited = ContinuousClock.now - begin
            guard waited < .seconds(30) else {
                throw ConnectorError(
                    .transient, "An earlier run still writes to the database and cannot be ended; it ends by itself.")
            }
            // It may just be ending.
            if waited >= .seconds(1) { try endOthers(of: connection) }
            usleep(100_000)
        }
    }

    private func endOthers(of connection: String) throws {
        _ = try self.connection.rows(
            """
            SELECT pg_terminate_backend(pid) AS ended FROM pg_catalog.pg_locks
            WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid::bigint = \(Self.fence)
                AND objid::bigint = hashtext(\(connection))::bigint & 4294967295
                AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
            """)
    }
}
