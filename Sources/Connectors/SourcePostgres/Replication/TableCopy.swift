import ConnectorKit
import Postgres
import SQL
import Time

/// Copies a table as one snapshot holds it, and goes on where it was broken off.
///
/// The rest of a broken-off copy is of a later snapshot than its beginning. Nothing is lost by that: every change that
/// the first snapshot does not hold is sent afterwards, to rows of the rest a second time.
struct TableCopy {
    let changes: TableChanges
    let output: StreamOutput
    let checkpointRows: Int
    let deadline: ContinuousClock.Instant

    /// Copies what is missing; false where the time was over before that. `checkpoint` is called whenever the table's
    /// state has moved on.
    func run(_ connection: PostgresConnection, checkpoint: () throws -> Void) throws -> Bool {
        let pieces = changes.captured.published.pieces
        let isWhole: Bool
        do {
            try PagedRead.begin(pieces, connection)
            let close = try begin(connection)
            let writer = RowWriter(changes.columns)
            let read = PagedRead(
                pieces: pieces, columns: changes.columns, condition: nil, checkpointRows: checkpointRows)
            isWhole = try read.run(connection, from: changes.state.copy) { row in
                try output.record { out in
                    writer.write(row, into: &out)
                    out.removeLast()
                    out += close
                }
            } moved: { place in
                changes.state.copy = place
                try checkpoint()
                return ContinuousClock.now < deadline
            }
            try connection.execute(script: "COMMIT")
        } catch {
            try? connection.execute(script: "ROLLBACK")
            throw error
        }
        guard isWhole else { return false }
        changes.state.copy = nil
        try checkpoint()
        return true
    }

    /// Notes what the snapshot holds; returns what closes its records.
    private func begin(_ connection: PostgresConnection) throws -> [UInt8] {
        let row = try connection.rows(
            """
            SELECT txid_current_snapshot()::text AS snapshot, pg_current_wal_insert_lsn()::text AS lsn,
                floor(extract(epoch FROM now()) * 1000000)::bigint AS time
            """
        ).first
        guard let row, let lsn = try PostgresLSN(row.get("lsn", as: String.self)),
            let visibility = try SnapshotVisibility(row.get("snapshot", as: String.self))
        else { throw DatabaseError(.decoding, "The server does not tell what its snapshot holds.") }
        // A crash would undo the rest of the log, and changes after it would seem older than the copy.
        let durable = try EndedTransactions.awaitDisk(connection) ?? lsn
        changes.state.floor = max(changes.state.floor, durable)
        if !changes.isBegun || changes.state.copy == nil { changes.state.visibility = visibility }
        changes.isBegun = true
        let time = Instant(microseconds: try row.get("time")).iso8601
        let lead = changes.columns.isEmpty ? "" : ","
        return Array("\(lead)\"\(CaptureField.lsn)\":\(changes.state.floor.value)".utf8)
            + Transaction.close(time, isDeleted: false)
    }
}
