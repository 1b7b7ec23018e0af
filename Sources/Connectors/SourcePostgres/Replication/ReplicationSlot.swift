import ConnectorKit
import Postgres
import SQL

/// A replication slot as the server shows it.
struct ReplicationSlot {
    let name: String
    /// Nil where there is none.
    let found: Found?

    struct Found {
        let plugin: String?
        let isOfThisDatabase: Bool
        /// Up to where everything was confirmed.
        let confirmed: PostgresLSN?
        /// How much of the log the server keeps for it.
        let kept: Int
        /// How many bytes were written since what was confirmed.
        let lag: Int
        /// What becomes of the log it needs; nil on servers older than 13.
        let status: String?
        let keepLimit: String?
    }

    init(_ name: String, _ connection: PostgresConnection) throws {
        self.name = name
        let tellsStatus = connection.serverVersion >= 130_000
        let status: Fragment =
            tellsStatus
            ? "wal_status, current_setting('max_slot_wal_keep_size') AS limit"
            : "NULL::text AS wal_status, NULL::text AS limit"
        let row = try connection.rows(
            """
            SELECT plugin::text, database = current_database() AS here, confirmed_flush_lsn::text AS confirmed,
                pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint AS kept,
                pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::bigint AS lag, \(status)
            FROM pg_catalog.pg_replication_slots WHERE slot_name = \(name)
            """
        ).first
        found = try row.map { row in
            Found(
                plugin: try row.getOptional("plugin"), isOfThisDatabase: try row.getOptional("here") ?? false,
                confirmed: try row.getOptional("confirmed", as: String.self).flatMap { PostgresLSN($0) },
                kept: try row.getOptional("kept") ?? 0, lag: try row.getOptional("lag") ?? 0,
                status: try row.getOptional("wal_status"), keepLimit: try row.getOptional("limit"))
        }
    }

    var isLost: Bool { found?.status == "lost" }

    /// Why it cannot be read from, and what to do.
    var problem: String? {
        guard let found else {
            return
                "The replication slot \(name) does not exist; make it with SELECT pg_create_logical_replication_slot('\(name)', 'pgoutput')."
        }
        guard let plugin = found.plugin else {
            return "The replication slot \(name) is a physical one; make a logical one with the plugin pgoutput."
        }
        if plugin != "pgoutput" {
            return "The replication slot \(name) uses the plugin \(plugin); make one with pgoutput."
        }
        if !found.isOfThisDatabase {
            return "The replication slot \(name) belongs to another database; make one in this database."
        }
        if isLost { return Self.lost(name) }
        return nil
    }

    static func lost(_ name: String) -> String {
        "The replication slot \(name) is lost: the server threw away changes that were not read in time. Drop and make it "
            + "again, raise max_slot_wal_keep_size, and clear the connection's data so that every table is copied again."
    }

    /// What an operator should know before the disk fills up or the slot is lost.
    var warning: String? {
        guard let found, let status = found.status, status == "extended" || status == "unreserved" else { return nil }
        let limit = found.keepLimit.map { " (max_slot_wal_keep_size is \($0))" } ?? ""
        let kept = "The server keeps \(found.kept) bytes of its log for the replication slot \(name)\(limit)"
        return status == "unreserved"
            ? "\(kept) and may throw them away at its next checkpoint; sync more often or raise the limit."
            : "\(kept), more than max_wal_size; sync more often."
    }
}
