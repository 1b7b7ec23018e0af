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
    let checkpointRows: Int

    func read(_ connection: PostgresConnection, from saved: JSON?) throws {
        let pieces = try TablePiece.pieces(of: table, connection)
        guard !pieces.isEmpty else {
            throw ConnectorError(
                .config,
                "\(stream.descriptor) is a view or a foreign table, whose rows have no xmin; choose full refresh.")
        }
        var state = try XminState(saved, of: stream.descriptor) ?? XminState()
        do {
            try PagedRead.begin(pieces, connection)
            try read(pieces, &state, connection)
            try connection.execute(script: "COMMIT")
        } catch {
            try? connection.execute(script: "ROLLBACK")
            throw error
        }
        try output.state(state.json(of: stream.descriptor))
    }

    private func read(_ pieces: [TablePiece], _ state: inout XminState, _ connection: PostgresConnection) throws {
        let text = try connection.rows("SELECT txid_current_snapshot()::text AS snapshot").first?
            .get("snapshot", as: String.self)
        guard let snapshot = text.flatMap({ SnapshotVisibility($0) }) else {
            throw DatabaseError(.decoding, "The server does not tell what its snapshot holds.")
        }
        try EndedTransactions.awaitDisk(connection)
        let selected = stream.stream.jsonSchema["properties"]?.objectValue
        let columns = table.columns.filter { selected?[$0.name] != nil }
        let read = PagedRead(
            pieces: pieces, columns: columns,
            condition: XminCondition(since: state.base, next: snapshot.next).sql, checkpointRows: checkpointRows)
        let writer = RowWriter(columns)
        // The rest of a read that was broken off is read later, but what it is the base of is where it began.
        let next = state.read?.base ?? snapshot.firstRunning
        _ = try read.run(connection, from: state.read?.place) { row in
            try output.record { writer.write(row, into: &$0) }
        } moved: { place in
            state.read = (next, place)
            try output.state(state.json(of: stream.descriptor))
            return true
        }
        state.base = next
        state.read = nil
    }
}

extension TablePiece {
    /// What a table's rows are in; empty for what has none of its own.
    static func pieces(of table: SourceTable, _ connection: PostgresConnection) throws -> [TablePiece] {
        try connection.rows(
            """
            SELECT l.oid::bigint AS id, n.nspname::text AS schema, l.relname::text AS name, l.reltuples::float8 AS rows,
                l.relpages::bigint AS pages
            FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace
            JOIN pg_catalog.pg_class l ON l.oid = c.oid
                OR c.relkind = 'p' AND l.oid IN (SELECT relid FROM pg_partition_tree(c.oid))
            JOIN pg_catalog.pg_namespace n ON n.oid = l.relnamespace
            WHERE cn.nspname = \(table.schema) AND c.relname = \(table.name) AND l.relkind IN ('r', 'm')
            ORDER BY l.oid
            """
        ).map { row in
            try TablePiece(
                id: UInt32(truncatingIfNeeded: row.get("id", as: Int.self)),
                table: TableName(schema: row.get("schema"), name: row.get("name")), rows: row.get("rows"),
                pages: row.get("pages"))
        }
    }
}
