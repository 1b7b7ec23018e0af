import Airbyte
import ConnectorKit
import Glibc
import JSON
import Postgres
import SQL

/// From where a read goes on: the saved position if it still holds, else the log's end as it is now.
struct CaptureStart {
    /// What a state has for a source that reads changes.
    struct Saved {
        var shared: JSON?
        var streams: [StreamState] = []

        init(_ state: ConnectionState) throws {
            switch state {
            case .empty: break
            case .global(let shared, let streams):
                self.shared = shared.flatMap { $0.isNull ? nil : $0 }
                self.streams = streams
            case .stream(let streams) where streams.allSatisfy({ $0.state == nil }): break
            case .stream, .legacy:
                throw ConnectorError(
                    .config,
                    "The saved state is of another replication method; clear it, and every table is copied anew.")
            }
        }
    }

    let position: CapturePosition
    /// Whether the position was saved, and with it all that comes before.
    let isSaved: Bool
    private let streams: [StreamState]

    init(
        _ saved: Saved, system: String, _ capture: CaptureSettings, _ slot: ReplicationSlot,
        _ connection: PostgresConnection, warn: (String) throws -> Void
    ) throws {
        let row = try connection.rows(
            "SELECT pg_current_wal_flush_lsn()::text AS flushed, pg_current_wal_insert_lsn()::text AS written"
        ).first
        guard let row, let end = try PostgresLSN(row.get("flushed", as: String.self)),
            let written = try PostgresLSN(row.get("written", as: String.self))
        else { throw DatabaseError(.decoding, "The server does not tell where its log ends.") }
        let publication = try connection.rows(
            "SELECT oid::bigint AS id FROM pg_catalog.pg_publication WHERE pubname = \(capture.publication)"
        ).first?.get("id", as: Int.self)
        let here = CapturePosition(lsn: end, system: system, publication: publication)
        guard let shared = saved.shared else {
            (position, isSaved, streams) = (here, false, [])
            return
        }
        let found = try CapturePosition(shared)
        guard let reason = Self.fault(found, here, written: written, slot) else {
            (position, isSaved, streams) = (
                CapturePosition(lsn: found.lsn, system: system, publication: publication), true, saved.streams
            )
            return
        }
        guard capture.resyncs else {
            throw ConnectorError(
                .config,
                "\(reason) Clear the connection's data, so that every table is copied again, or set \"invalid_cdc_cursor_position_behavior\" to \(CaptureSettings.Behaviour.resync)."
            )
        }
        try warn("\(reason) Every table is copied again; rows deleted meanwhile stay in the destination.")
        (position, isSaved, streams) = (here, false, [])
    }

    /// Why changes behind the saved position are missing; nil where they are not.
    private static func fault(
        _ saved: CapturePosition, _ here: CapturePosition, written: PostgresLSN, _ slot: ReplicationSlot
    ) -> String? {
        if let system = saved.system, system != here.system {
            return "The saved position \(saved.lsn) is of another server."
        }
        // Servers before PostgreSQL 18 refuse to send what lies before it was made; newer ones leave that out.
        if let publication = saved.publication, publication != here.publication {
            return "The publication did not exist at the saved position: it was made anew since."
        }
        if saved.lsn > written {
            return "The saved position \(saved.lsn) lies behind the end of the server's log, \(written)."
        }
        if let confirmed = slot.found?.confirmed, confirmed > saved.lsn {
            return
                "The replication slot \(slot.name) holds changes from \(confirmed) on only, and they were saved up to \(saved.lsn): somebody else read from it, or it was made anew."
        }
        return nil
    }

    /// The stream's saved state; nil where its table is to be copied from the beginning.
    func state(
        of stream: StreamDescriptor, _ captured: CapturedTable, warn: (String) throws -> Void
    ) throws -> StreamCapture? {
        guard let state = StreamCapture(streams.last { $0.descriptor == stream }?.state) else { return nil }
        if let table = state.table, table != captured.published.id {
            try warn("The table \(stream) was made anew since the last sync, so it is copied again.")
            return nil
        }
        return state
    }

    /// Waits a while for the transactions that are under way. One that is just committing may stand in the log before
    /// the position and not be in a snapshot yet, and one that began before its table was published would not be sent.
    func awaitRunningTransactions(_ connection: PostgresConnection, warn: (String) throws -> Void) throws {
        func running() throws -> Set<UInt64> {
            let text = try connection.rows("SELECT txid_current_snapshot()::text AS snapshot").first?
                .get("snapshot", as: String.self)
            return text.flatMap { SnapshotVisibility($0) }?.runningTransactions ?? []
        }
        var left = try running()
        for _ in 0..<50 where !left.isEmpty {
            usleep(100_000)
            left.formIntersection(try running())
        }
        if !left.isEmpty {
            try warn(
                "\(left.count) transactions have been open since the read began. What they write to tables that were added to the publication after they began does not come."
            )
        }
    }
}
