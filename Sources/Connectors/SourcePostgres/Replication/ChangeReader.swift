import Airbyte
import ConnectorKit
import Postgres
import SQL

/// Reads what a slot sends up to a place in the log and hands it to the tables' streams.
///
/// States stand between two transactions only, so the next read begins with a whole one. A transaction of any size
/// passes through without being held.
final class ChangeReader {
    private struct Route {
        let changes: TableChanges
        let map: ColumnMap
    }

    private let replication: PostgresReplication
    private let tables: CaptureTables
    private let checkpointRows: Int
    private let log: (String) throws -> Void
    /// Sends a state.
    private let checkpoint: (PostgresLSN) throws -> Void

    private(set) var position: PostgresLSN
    private var target = PostgresLSN(0)
    private var transaction: Transaction?
    private var transactions = 0
    private var routes: [UInt32: Route] = [:]
    /// The route of the last change; the next one is mostly of the same table.
    private var last: (id: UInt32, route: Route?)?
    private var new = ChangedRow()
    private var old = ChangedRow()
    private var records = 0
    private var bytes = 0
    private var isDone = false

    private static let mostBytes = 1 << 25

    init(
        _ replication: PostgresReplication, _ tables: CaptureTables, from position: PostgresLSN, checkpointRows: Int,
        log: @escaping (String) throws -> Void, checkpoint: @escaping (PostgresLSN) throws -> Void
    ) {
        self.replication = replication
        self.tables = tables
        self.position = position
        self.checkpointRows = checkpointRows
        self.log = log
        self.checkpoint = checkpoint
    }

    /// Reads everything that was committed before `target`, and what else its last transaction did; sends a state at the
    /// end. Ends also when nothing came for `patience`.
    func read(to target: PostgresLSN, patience: Duration) throws {
        self.target = target
        var quietSince = ContinuousClock.now
        var reached = position
        isDone = position >= target
        while !isDone {
            let came = try replication.next(within: .seconds(1)) { message in
                switch message {
                case .data(let lsn, let payload):
                    quietSince = .now
                    try take(payload, at: lsn)
                case .reached(let end):
                    if end > reached {
                        reached = end
                        quietSince = .now
                    }
                    pass(end)
                }
            }
            guard !came else { continue }
            try tables.settle()
            if ContinuousClock.now - quietSince >= patience {
                try log(
                    "The server sent nothing for \(patience) while it was at \(reached) of \(target); the rest follows with the next read."
                )
                break
            }
            try replication.ask()
        }
        try checkpoint(position)
    }

    /// The server says that all that was committed before `end` has been sent.
    private func pass(_ end: PostgresLSN) {
        guard transaction == nil else { return }
        position = max(position, end)
        isDone = position >= target
    }

    private func take(_ payload: UnsafeRawBufferPointer, at lsn: PostgresLSN) throws {
        var reader = WireReader(payload)
        bytes += payload.count
        switch try reader.byte() {
        case UInt8(ascii: "I"): try insert(&reader, at: lsn)
        case UInt8(ascii: "U"): try update(&reader, at: lsn)
        case UInt8(ascii: "D"): try delete(&reader, at: lsn)
        case UInt8(ascii: "B"): try begin(&reader)
        case UInt8(ascii: "C"): try commit(&reader)
        case UInt8(ascii: "R"): try describe(&reader)
        case UInt8(ascii: "T"): try truncate(&reader)
        // Origins, types and messages say nothing that a record would hold.
        default: break
        }
    }

    private func begin(_ reader: inout WireReader) throws {
        transactions += 1
        let begun = try Transaction(&reader, serial: transactions)
        guard begun.commit < target else {
            // Whatever committed before it has been sent, and it is itself left to the next read.
            position = max(position, begun.commit)
            isDone = true
            return
        }
        transaction = begun
    }

    private func commit(_ reader: inout WireReader) throws {
        // Flags, and where the commit itself stands.
        try reader.skip(9)
        position = max(position, PostgresLSN(try reader.uint64()))
        transaction = nil
        isDone = position >= target
        guard records >= checkpointRows || bytes >= Self.mostBytes, !isDone else { return }
        try checkpoint(position)
        records = 0
        bytes = 0
    }

    private func describe(_ reader: inout WireReader) throws {
        let relation = try Relation(&reader)
        last = nil
        guard let changes = try tables.find(relation) else {
            routes[relation.id] = nil
            return
        }
        // What waits was made with the columns as they were.
        try changes.settle()
        routes[relation.id] = Route(
            changes: changes, map: ColumnMap(relation, changes.captured, changes.columns))
    }

    private func insert(_ reader: inout WireReader, at lsn: PostgresLSN) throws {
        guard let (route, transaction) = try route(&reader) else { return }
        try reader.skip(1)
        try new.read(&reader)
        old.clear()
        try route.changes.send(new, old: old, route.map, at: route.changes.place(lsn), transaction)
        records += 1
    }

    private func update(_ reader: inout WireReader, at lsn: PostgresLSN) throws {
        guard let (route, transaction) = try route(&reader) else { return }
        try refuseGaps(route)
        var kind = try reader.byte()
        if kind == UInt8(ascii: "N") {
            old.clear()
        } else {
            try old.read(&reader)
            kind = try reader.byte()
        }
        guard kind == UInt8(ascii: "N") else { throw Self.unexpected }
        try new.read(&reader)
        if old.count > 0, route.changes.hasNewKey(new, old: old, route.map) {
            try route.changes.sendDeleted(old, route.map, at: route.changes.place(lsn), transaction)
            records += 1
        }
        try route.changes.send(new, old: old, route.map, at: route.changes.place(lsn), transaction)
        records += 1
    }

    private func delete(_ reader: inout WireReader, at lsn: PostgresLSN) throws {
        guard let (route, transaction) = try route(&reader) else { return }
        try refuseGaps(route)
        try reader.skip(1)
        try old.read(&reader)
        try route.changes.sendDeleted(old, route.map, at: route.changes.place(lsn), transaction)
        records += 1
    }

    private func truncate(_ reader: inout WireReader) throws {
        guard let transaction else { throw Self.unexpected }
        let count = try reader.uint32()
        try reader.skip(1)
        for _ in 0..<count {
            guard let route = routes[try reader.uint32()], !route.changes.holds(transaction) else { continue }
            try log(
                "The table \(route.changes.stream) was truncated. The log does not tell which rows went, so they stay in the destination; refresh the stream to be rid of them."
            )
        }
    }

    /// Where a change goes; nil for one that nobody wants or that the table's copy holds.
    private func route(_ reader: inout WireReader) throws -> (Route, Transaction)? {
        let id = try reader.uint32()
        guard let transaction else {
            // The read has ended before this one.
            if isDone { return nil }
            throw Self.unexpected
        }
        if last?.id != id { last = (id, routes[id]) }
        guard let route = last?.route, !route.changes.holds(transaction) else { return nil }
        return (route, transaction)
    }

    private func refuseGaps(_ route: Route) throws {
        guard !route.map.keyGaps.isEmpty else { return }
        throw ConnectorError(
            .config,
            "The replica identity of \(route.changes.stream) leaves out \(route.map.keyGaps.joined(separator: ", ")) of its primary key, so that changed rows cannot be told; run ALTER TABLE … REPLICA IDENTITY DEFAULT and refresh the stream.",
            stream: route.changes.stream)
    }

    private static var unexpected: DatabaseError {
        DatabaseError(.decoding, "The server sent a change where none may stand.")
    }
}
