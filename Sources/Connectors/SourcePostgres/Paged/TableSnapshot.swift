import ConnectorKit
import Postgres
import SQL

/// A transaction that sees one moment of some tables.
enum TableSnapshot {
    /// A table as the moment holds it.
    struct Extent: Sendable {
        let piece: TablePiece
        /// What its rows are stored in. It stays as long as the transaction lasts.
        let storage: UInt32
        let pages: Int
    }

    private static let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

    /// Runs `body` in such a transaction.
    static func read<Value>(
        _ pieces: [TablePiece], _ connection: PostgresConnection, _ body: ([Extent]) throws -> Value
    ) throws -> Value {
        do {
            let extents = try hold(pieces, connection)
            let value = try body(extents)
            try connection.execute(script: "COMMIT")
            return value
        } catch {
            try? connection.execute(script: "ROLLBACK")
            throw error
        }
    }

    /// Begins a transaction that sees what another one sees, which lasts longer and has exported it.
    ///
    /// Somebody who wants to change a table waits for the other transaction, and we would wait for them: rather not.
    static func join(_ snapshot: String, _ extents: [Extent], _ connection: PostgresConnection) throws {
        try connection.execute(
            script: """
                \(begin); SET TRANSACTION SNAPSHOT \(literal(snapshot)); SET LOCAL lock_timeout = '1s'\
                \(touches(extents.map(\.piece))); SET LOCAL lock_timeout = 0
                """)
    }

    /// Begins the transaction and has it hold the tables. A table that was emptied or written anew after the snapshot was
    /// made and before it is held has none of the rows that the snapshot may see; then another snapshot is made.
    ///
    /// `LOCK TABLE` in front of the snapshot would do, but not for materialized views, nor for who may read some columns
    /// only.
    private static func hold(_ pieces: [TablePiece], _ connection: PostgresConnection) throws -> [Extent] {
        for _ in 0..<10 {
            try connection.execute(script: begin + touches(pieces))
            if let extents = try extents(of: pieces, connection) { return extents }
            try connection.execute(script: "ROLLBACK")
        }
        let names = pieces.prefix(3).map(\.table.quoted).joined(separator: ", ")
        throw ConnectorError(.transient, "\(names) was emptied or made anew just when it was to be read; sync again.")
    }

    /// What makes a transaction hold tables to its end.
    private static func touches(_ pieces: [TablePiece]) -> String {
        pieces.map { "; SELECT FROM ONLY \($0.table.quoted) LIMIT 0" }.joined()
    }

    /// Nil where the snapshot and the tables do not fit together.
    private static func extents(of pieces: [TablePiece], _ connection: PostgresConnection) throws -> [Extent]? {
        guard !pieces.isEmpty else { return [] }
        let rows = try connection.rows(
            """
            SELECT oid::bigint AS id, relfilenode::bigint AS seen,
                coalesce(pg_relation_filenode(oid), 0)::bigint AS storage,
                pg_relation_size(oid) / current_setting('block_size')::bigint AS pages
            FROM pg_catalog.pg_class WHERE oid IN \(list: pieces.map { Int($0.id) })
            """)
        var found: [UInt32: (storage: Int, pages: Int)] = [:]
        for row in rows {
            let (seen, storage): (Int, Int) = try (row.get("seen"), row.get("storage"))
            // The server's own tables have theirs noted elsewhere.
            guard seen == storage || seen == 0 else { return nil }
            found[UInt32(truncatingIfNeeded: try row.get("id", as: Int.self))] = (storage, try row.get("pages"))
        }
        let extents = pieces.compactMap { piece in
            found[piece.id].map {
                Extent(piece: piece, storage: UInt32(truncatingIfNeeded: $0.storage), pages: $0.pages)
            }
        }
        return extents.count == pieces.count ? extents : nil
    }
}
