import ConnectorKit
import Postgres
import SQL

/// Reads a table some pages at a time inside one transaction, so that another read can go on behind the last of them.
struct PagedRead {
    /// In the order of their ids.
    let pieces: [TablePiece]
    let columns: [SourceColumn]
    /// What holds for every row that is read.
    let condition: String?
    let checkpointRows: Int

    /// Begins the transaction. Called before its snapshot is made: a table that is emptied or rewritten between that and
    /// the first look at it would seem empty.
    static func begin(_ pieces: [TablePiece], _ connection: PostgresConnection) throws {
        let names = pieces.map { "ONLY \($0.table.quoted)" }.joined(separator: ", ")
        let lock = names.isEmpty ? "" : "LOCK TABLE \(names) IN ACCESS SHARE MODE"
        try connection.execute(script: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; \(lock)")
    }

    /// Reads what comes behind `place`; `moved` is told how far it has got about every `checkpointRows` rows and at the
    /// end of each piece, and ends it with false.
    func run(
        _ connection: PostgresConnection, from place: PagePlace?, row body: (PostgresRawRow) throws -> Void,
        moved: (PagePlace) throws -> Bool
    ) throws -> Bool {
        for piece in pieces where place.map({ piece.id >= $0.piece }) ?? true {
            guard try read(piece, connection, from: place, body, moved) else { return false }
        }
        return true
    }

    private func read(
        _ piece: TablePiece, _ connection: PostgresConnection, from place: PagePlace?,
        _ body: (PostgresRawRow) throws -> Void, _ moved: (PagePlace) throws -> Bool
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
        var reached = PagePlace(piece: piece.id, storage: storage, page: 0)
        if let place, place.piece == reached.piece, place.storage == storage { reached.page = place.page }
        var rows = 0
        while reached.page < pages {
            let end = min(pages, reached.page + max(1, step))
            try connection.stream(query(piece, from: reached.page, to: end)) { row in
                rows += 1
                try body(row)
            }
            reached.page = end
            // Pages whose rows are gone are no step forward.
            guard rows >= checkpointRows / 2 || end == pages else { continue }
            rows = 0
            guard try moved(reached) else { return false }
        }
        return true
    }

    private func query(_ piece: TablePiece, from first: Int, to end: Int) -> Query {
        let list = columns.map(\.expression).joined(separator: ", ")
        let conditions =
            ["ctid >= '(\(first),0)'::tid", "ctid < '(\(end),0)'::tid"]
            + [piece.filter, condition].compactMap { $0.map { "(\($0))" } }
        return Query(
            trusted: "SELECT \(list) FROM ONLY \(piece.table.quoted) WHERE \(conditions.joined(separator: " AND "))")
    }
}
