import ConnectorKit
import Posix
import Postgres
import SQL

/// Reads tables some pages at a time inside one snapshot, so that another read can go on behind the last of them. With
/// more connections than one, each reads a range of pages while another's rows go out.
struct PagedRead: Sendable {
    /// In the order of the pieces' ids.
    let extents: [TableSnapshot.Extent]
    let form: RowForm
    /// What holds for every row that is read.
    let condition: String?
    let output: StreamOutput
    let connections: Connections

    /// Ranges that are short, so that few rows are kept while others' go out.
    private static let pagesBesideOthers = 128
    private static let mostPages = 8_192

    /// Reads what comes behind `place`, in the transaction that made the snapshot. `moved` is told how far everything has
    /// gone out, about every `checkpoint_rows` rows but not at the end, and ends the read with false.
    func run(
        _ connection: PostgresConnection, from place: PagePlace?, moved: (PagePlace) throws -> Bool
    ) throws -> Bool {
        let turns = PageTurns(ranges(from: place, connection))
        let helpers = ThreadGroup()
        // The snapshot lasts as long as this transaction, so nobody may be left behind.
        defer {
            turns.stop()
            helpers.wait()
        }
        let checkpoint = connections.settings.checkpointRows
        let output = PageOutput(output, turns)
        let sender = RowSender(form, output)
        var snapshot: String?
        while let range = try turns.take() {
            try addHelpers(helpers, turns, &snapshot, connection)
            try send(range, connection, sender, output)
            if range.number < turns.count - 1, turns.rows >= checkpoint / 2 {
                turns.rows = 0
                guard try moved(range.end) else { return false }
            }
            turns.pass()
        }
        try turns.wait()
        return true
    }

    /// Has as many connections take part as may be had and are worth their while.
    private func addHelpers(
        _ helpers: ThreadGroup, _ turns: PageTurns, _ snapshot: inout String?, _ connection: PostgresConnection
    ) throws {
        while turns.left >= 4, connections.hasFree {
            if snapshot == nil {
                snapshot = try connection.rows("SELECT pg_export_snapshot() AS id").first?.get("id", as: String.self)
            }
            guard let snapshot else { return }
            let isLent = connections.lend(in: helpers) { own in
                try TableSnapshot.join(snapshot, extents, own)
                do { try help(turns, own) } catch { turns.stop(error) }
            }
            guard isLent else { return }
        }
    }

    private func help(_ turns: PageTurns, _ connection: PostgresConnection) throws {
        let output = PageOutput(output, turns)
        let sender = RowSender(form, output)
        while let range = try turns.take() {
            try send(range, connection, sender, output)
            turns.pass()
        }
    }

    private func send(
        _ range: PageRange, _ connection: PostgresConnection, _ sender: RowSender, _ output: PageOutput
    ) throws {
        let conditions =
            ["ctid > \(range.start.ctid)", "ctid < \(range.end.ctid)"]
            + [range.piece.filter, condition].compactMap { $0.map { "(\($0))" } }
        output.begin(range)
        try sender.send(
            "ONLY \(range.piece.table.quoted) WHERE \(conditions.joined(separator: " AND "))", connection)
        try output.finish()
    }

    private func ranges(from place: PagePlace?, _ connection: PostgresConnection) -> [PageRanges] {
        let checkpoint = connections.settings.checkpointRows
        let most = connections.settings.connections > 1 ? Self.pagesBesideOthers : Self.mostPages
        // Older servers would look through the whole table for each range.
        let findsPlaces = connection.serverVersion >= 140_000
        return extents.filter { extent in place.map { extent.piece.id >= $0.piece } ?? true }.map { extent in
            var start = PagePlace(piece: extent.piece.id, storage: extent.storage, page: 0)
            if let place, place.piece == start.piece, place.storage == start.storage { start = place }
            let step = findsPlaces ? min(most, max(1, checkpoint / extent.piece.rowsPerPage)) : max(1, extent.pages)
            return PageRanges(extent: extent, start: start, step: step)
        }
    }
}
