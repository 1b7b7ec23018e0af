import Airbyte
import ConnectorKit
import JSON
import Postgres
import SQL
import Time

/// Copies a table as one snapshot holds it, and goes on where it was broken off.
///
/// The rest of a broken-off copy is of a later snapshot than its beginning. Nothing is lost by that: every change that
/// the first snapshot does not hold is sent afterwards, to rows of the rest a second time.
struct TableCopy {
    let changes: TableChanges
    let stream: ConfiguredStream
    let output: StreamOutput
    let connections: Connections
    let deadline: ContinuousClock.Instant

    /// Copies what is missing; false where the time was over before that. `checkpoint` is called whenever the table's
    /// state has moved on.
    func run(_ connection: PostgresConnection, checkpoint: () throws -> Void) throws -> Bool {
        let isWhole = try TableSnapshot.read(changes.captured.published.pieces, connection) { extents in
            let form = try RowForm(changes.columns, constants: begin(connection), of: stream)
            let read = PagedRead(
                extents: extents, form: form, condition: nil, output: output, connections: connections)
            return try read.run(connection, from: changes.state.copy) { place in
                changes.state.copy = place
                try checkpoint()
                return ContinuousClock.now < deadline
            }
        }
        guard isWhole else { return false }
        changes.state.copy = nil
        try checkpoint()
        return true
    }

    /// Notes what the snapshot holds; returns what its rows have beside the table's columns.
    private func begin(_ connection: PostgresConnection) throws -> [RowForm.Constant] {
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
        return [
            RowForm.Constant(name: CaptureField.lsn, value: .integer(changes.state.floor.value), type: .number),
            RowForm.Constant(name: CaptureField.updatedAt, value: .string(time), type: .string),
            RowForm.Constant(name: CaptureField.deletedAt, value: .null, type: .string),
        ]
    }
}
