import Airbyte
import ConnectorKit
import JSON
import Postgres
import SQL

// A whole table, page by page, with a state behind every few of them, from which a later attempt goes on.
extension StreamReader {
    /// A later attempt sees another moment of the table. So that it misses nothing, it also reads what changed since in
    /// the pages that were read before; a row that was changed meanwhile may so come twice, once as it was.
    func readPages(_ connection: PostgresConnection, from saved: JSON?) throws {
        guard
            let table = try connection.rows(
                """
                SELECT coalesce(pg_relation_filenode(oid), 0)::bigint AS file,
                    pg_relation_size(oid) / current_setting('block_size')::bigint AS pages,
                    greatest(reltuples / greatest(relpages, 1), 1)::float8 AS rows_per_page,
                    txid_snapshot_xmin(txid_current_snapshot()) % 4294967296 AS oldest
                FROM pg_catalog.pg_class WHERE oid = \(table.quoted)::regclass
                """
            ).first
        else { return }
        try EndedTransactions.awaitDisk(connection)
        let pages: Int = try table.get("pages")
        let oldest = UInt32(truncatingIfNeeded: try table.get("oldest", as: Int.self))
        var state = HeapState(file: try table.get("file"), oldestRunning: oldest)
        if let found = saved.flatMap(HeapState.init) {
            if found.isComplete { return try send(found.json(of: stream.descriptor)) }
            if found.file == state.file {
                if let since = found.oldestRunning {
                    try emit(connection, "WHERE t.ctid <= \(found.place) AND age(t.xmin) <= age('\(since)'::xid)")
                }
                (state.page, state.item) = (found.page, found.item)
            }
        }
        let step = max(1, Int(Double(checkpoint) / (try table.get("rows_per_page", as: Double.self))))
        while state.page < pages {
            let from = state.place
            (state.page, state.item) = (min(state.page + step, pages), 0)
            try emit(connection, "WHERE t.ctid > \(from) AND t.ctid < \(state.place)")
            if state.page < pages { try send(state.json(of: stream.descriptor)) }
        }
        state.isComplete = true
        try send(state.json(of: stream.descriptor))
    }
}
