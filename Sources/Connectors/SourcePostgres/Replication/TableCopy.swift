import ConnectorKit
import Postgres
import SQL
import Time

/// Copies a table as one snapshot holds it, some pages at a time, so that it goes on where it was broken off.
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
        try connection.execute(script: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        do {
            // A table that is emptied or rewritten between the snapshot and the first look at it would seem empty.
            let names = pieces.map { "ONLY \($0.table.quoted)" }.joined(separator: ", ")
            if !names.isEmpty { try connection.execute(script: "LOCK TABLE \(names) IN ACCESS SHARE MODE") }
            let close = try begin(connection)
            for piece in pieces where !isDone(piece) {
                guard try copy(piece, close, connection, checkpoint) else {
                    try connection.execute(script: "COMMIT")
                    return false
                }
            }
            try connection.execute(script: "COMMIT")
        } catch {
            try? connection.execute(script: "ROLLBACK")
            throw error
        }
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
        changes.state.floor = max(changes.state.floor, lsn)
        if !changes.isBegun || changes.state.copy == nil { changes.state.visibility = visibility }
        changes.isBegun = true
        let time = Instant(microseconds: try row.get("time")).iso8601
        let lead = changes.columns.isEmpty ? "" : ","
        return Array("\(lead)\"\(CaptureField.lsn)\":\(changes.state.floor.value)".utf8)
            + Transaction.close(time, isDeleted: false)
    }

    private func isDone(_ piece: Publication.Piece) -> Bool { changes.state.copy.map { piece.id < $0.piece } ?? false }

    private func copy(
        _ piece: Publication.Piece, _ close: [UInt8], _ connection: PostgresConnection, _ checkpoint: () throws -> Void
    ) throws -> Bool {
        let row = try connection.rows(
            """
            SELECT pg_relation_filenode(\(Int(piece.id))::oid)::bigint AS storage,
                pg_relation_size(\(Int(piece.id))::oid) / current_setting('block_size')::bigint AS pages
            """
        ).first
        guard let row,
            let storage = try row.getOptional("storage", as: Int.self).map({ UInt32(truncatingIfNeeded: $0) })
        else { return true }
        let pages: Int = try row.get("pages")
        // Older servers would look through the whole table for each range.
        let step = connection.serverVersion >= 140_000 ? min(8_192, max(1, checkpointRows / piece.rowsPerPage)) : pages
        let saved = changes.state.copy
        var page = saved?.piece == piece.id && saved?.storage == storage ? saved?.page ?? 0 : 0
        while page < pages {
            let end = min(pages, page + max(1, step))
            try send(piece, from: page, to: end, close, connection)
            page = end
            changes.state.copy = StreamCapture.Copy(piece: piece.id, storage: storage, page: page)
            try checkpoint()
            if ContinuousClock.now >= deadline { return false }
        }
        changes.state.copy = StreamCapture.Copy(piece: piece.id, storage: storage, page: page)
        return true
    }

    private func send(
        _ piece: Publication.Piece, from first: Int, to end: Int, _ close: [UInt8], _ connection: PostgresConnection
    ) throws {
        let writer = RowWriter(changes.columns)
        let list = changes.columns.map(\.expression).joined(separator: ", ")
        let condition = piece.filter.map { " AND (\($0))" } ?? ""
        let query = """
            SELECT \(list) FROM ONLY \(piece.table.quoted)
            WHERE ctid >= '(\(first),0)'::tid AND ctid < '(\(end),0)'::tid\(condition)
            """
        try connection.stream(Query(trusted: query)) { row in
            try output.record { out in
                writer.write(row, into: &out)
                out.removeLast()
                out += close
            }
        }
    }
}
