import Airbyte
import ConnectorKit
import JSON
import Postgres
import SQL

/// Reads a whole table page by page, with a state behind every few of them, from which a later attempt goes on.
///
/// A later attempt sees another moment of the table. So that it misses nothing, it also reads what changed since in
/// the pages that were read before; a row that was changed meanwhile may so come twice, once as it was.
struct HeapReader {
    let stream: ConfiguredStream
    let table: SourceTable
    let form: RowForm
    let output: StreamOutput
    let connections: Connections

    func read(_ connection: PostgresConnection, from saved: JSON?) throws {
        let found = saved.flatMap(HeapState.init)
        if let found, found.isComplete { return try output.state(found.json(of: stream.descriptor)) }
        var state = try TableSnapshot.read(TablePiece.pieces(of: table, connection), connection) { extents in
            try read(extents, connection, from: found)
        }
        state.isComplete = true
        try output.state(state.json(of: stream.descriptor))
    }

    private func read(
        _ extents: [TableSnapshot.Extent], _ connection: PostgresConnection, from found: HeapState?
    ) throws -> HeapState {
        guard let extent = extents.first else {
            throw ConnectorError(.transient, "The table \(stream.descriptor) is gone; refresh the source's schema.")
        }
        let oldest = try connection.rows(
            "SELECT txid_snapshot_xmin(txid_current_snapshot()) % 4294967296 AS oldest"
        ).first?.get("oldest", as: Int.self)
        try EndedTransactions.awaitDisk(connection)
        var state = HeapState(
            file: Int64(extent.storage), oldestRunning: UInt32(truncatingIfNeeded: oldest ?? 0))
        var place: PagePlace?
        if let found, found.file == state.file {
            let reached = PagePlace(
                piece: extent.piece.id, storage: extent.storage, page: found.page, item: found.item)
            if let since = found.oldestRunning {
                let changed = "ctid <= \(reached.ctid) AND age(xmin) <= age('\(since)'::xid)"
                try RowSender(form, output).send("ONLY \(table.quoted) WHERE \(changed)", connection)
            }
            place = reached
        }
        let read = PagedRead(
            extents: extents, form: form, condition: nil, output: output, connections: connections)
        _ = try read.run(connection, from: place) { place in
            state.page = place.page
            state.item = place.item
            try output.state(state.json(of: stream.descriptor))
            return true
        }
        (state.page, state.item) = (max(extent.pages, place?.page ?? 0), 0)
        return state
    }
}
