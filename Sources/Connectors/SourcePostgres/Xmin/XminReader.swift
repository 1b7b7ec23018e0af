import Airbyte
import ConnectorKit
import JSON
import Postgres
import SQL

/// Reads the rows of one stream that were written since the last read. Deleted rows are not seen.
///
/// What was written while a transaction was open comes again with the next read: the parts of a transaction have numbers
/// of their own, and nobody tells which are whose. Waiting for it instead could hold everything back for ever.
struct XminReader {
    let stream: ConfiguredStream
    let table: SourceTable
    let output: StreamOutput
    let connections: Connections

    func read(_ connection: PostgresConnection, from saved: JSON?) throws {
        let pieces = try TablePiece.pieces(of: table, connection)
        guard !pieces.isEmpty else {
            throw ConnectorError(
                .config,
                "\(stream.descriptor) is a view or a foreign table, whose rows have no xmin; choose full refresh.")
        }
        var state = try XminState(saved, of: stream.descriptor) ?? XminState()
        try TableSnapshot.read(pieces, connection) { try read($0, &state, connection) }
        try output.state(state.json(of: stream.descriptor))
    }

    private func read(
        _ extents: [TableSnapshot.Extent], _ state: inout XminState, _ connection: PostgresConnection
    ) throws {
        let text = try connection.rows("SELECT txid_current_snapshot()::text AS snapshot").first?
            .get("snapshot", as: String.self)
        guard let snapshot = text.flatMap({ SnapshotVisibility($0) }) else {
            throw DatabaseError(.decoding, "The server does not tell what its snapshot holds.")
        }
        try EndedTransactions.awaitDisk(connection)
        let read = PagedRead(
            extents: extents, form: RowForm(table.selected(by: stream), of: stream),
            condition: XminCondition(since: state.base, next: snapshot.next).sql, output: output,
            connections: connections)
        // The rest of a read that was broken off is read later, but what it is the base of is where it began.
        let next = state.read?.base ?? snapshot.firstRunning
        _ = try read.run(connection, from: state.read?.place) { place in
            state.read = (next, place)
            try output.state(state.json(of: stream.descriptor))
            return true
        }
        state.base = next
        state.read = nil
    }
}
