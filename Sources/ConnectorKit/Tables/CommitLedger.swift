import Airbyte
import Crypto
import JSON
import SQL
import Time

/// Remembers, in the transaction of the rows themselves, how many rows had been written when each state came.
///
/// Rows that were committed behind the last saved state come again with the job's next attempt. Where rows are only
/// appended they would then stand twice, so they are taken back before. Where the saved state is not among those that are
/// remembered, nothing is removed: a row may then be there twice, but never be missing.
final class CommitLedger {
    private struct Entry: Equatable {
        /// Empty: of all streams.
        let stream: String
        let state: String
        let position: UInt64
    }

    /// How many states of a stream one commit remembers, the last ones: which of them is saved is settled soon.
    private static let remembered = 100
    /// After which a connection that has not written is taken for deleted.
    private static let forgottenAfter: Int64 = 90 * 86_400_000
    private static let columns: [(String, ColumnType)] = [
        ("connection", .string), ("job", .integer), ("attempt", .integer), ("stream", .string), ("state", .string),
        ("writer", .string), ("position", .integer), ("noted_at", .integer),
    ]

    private let warehouse: any Warehouse
    private let point: ResumePoint
    private let ids: RawIDSource
    private var streams: Set<String> = []
    private var entries: [Entry] = []
    /// What was remembered last of each stream.
    private var latest: [String: Entry] = [:]

    init(_ warehouse: any Warehouse, _ point: ResumePoint, _ ids: RawIDSource) {
        self.warehouse = warehouse
        self.point = point
        self.ids = ids
    }

    /// Removes from the stream's table what earlier attempts of the job wrote behind the saved state, and remembers that
    /// this one begins there.
    func begin(_ stream: StreamDescriptor, in table: TableName) throws {
        if streams.isEmpty { try prepare() }
        let key = Self.key(of: stream)
        streams.insert(key)
        let state = Self.fingerprint(of: stream, in: point.state)
        if point.attempt > 0 { try removeRows(behind: state, of: key, from: table) }
        try warehouse.commit([insertion([Entry(stream: key, state: state, position: 0)])])
    }

    /// Takes the line of a state that covers every row taken in so far, of its stream or of all.
    func note(_ line: UnsafeBufferPointer<UInt8>) {
        guard !streams.isEmpty, let json = (try? JSON.parse(line))?["state"], let state = StateMessage(json: json)
        else {
            return
        }
        switch state.connectionState {
        case .stream(let states):
            for each in states where streams.contains(Self.key(of: each.descriptor)) {
                add(Self.key(of: each.descriptor), Self.fingerprint(of: each.descriptor, in: state.connectionState))
            }
        case .global, .legacy: add("", Self.fingerprint(of: StreamDescriptor(name: ""), in: state.connectionState))
        case .empty: break
        }
    }

    /// What is to be carried out with the commit of the rows taken in so far.
    func takeStatements() -> [Query] {
        defer { entries.removeAll(keepingCapacity: true) }
        let recent = Dictionary(grouping: entries, by: \.stream).values.flatMap { $0.suffix(Self.remembered) }
        return stride(from: 0, to: recent.count, by: 500).map {
            insertion(Array(recent[$0..<min($0 + 500, recent.count)]))
        }
    }

    private func add(_ stream: String, _ state: String) {
        let entry = Entry(stream: stream, state: state, position: ids.count)
        guard latest.updateValue(entry, forKey: stream) != entry else { return }
        entries.append(entry)
    }

    /// Makes the ledger. What it holds of the connection's earlier jobs is of no use to a new one.
    private func prepare() throws {
        try warehouse.shutOut(othersOf: point.connection)
        let ledger = warehouse.ledger
        if try !warehouse.exists(ledger) {
            do {
                try warehouse.create(ledger, Self.columns.map { TableColumn(name: $0.0, field: "", type: $0.1) })
            } catch {
                // Somebody else may have made it meanwhile.
                guard try warehouse.exists(ledger) else { throw error }
            }
        }
        let since = SystemClock().now.milliseconds - Self.forgottenAfter
        try warehouse.commit([
            Query(
                trusted:
                    "DELETE FROM \(ledger.quoted) WHERE connection = $1 AND (job <> $2 OR attempt >= $3) OR noted_at < $4",
                [.text(point.connection), .integer(point.job), .integer(Int64(point.attempt)), .integer(since)])
        ])
    }

    private func removeRows(behind state: String, of stream: String, from table: TableName) throws {
        let ledger = warehouse.ledger.quoted
        let job: [SQLValue] = [.text(point.connection), .integer(point.job)]
        // The last one of several: what a source says that it has sent is never sent again for certain.
        let found = try warehouse.rows(
            Query(
                trusted: """
                    SELECT attempt, writer, position FROM \(ledger)
                    WHERE connection = $1 AND job = $2 AND stream IN ($3, '') AND state = $4
                    ORDER BY attempt DESC, position DESC LIMIT 1
                    """, job + [.text(stream), .text(state)]))
        guard let mark = found.first else { return }
        let attempt: Int64 = try mark.get("attempt")
        let later: [String] = try warehouse.rows(
            Query(
                trusted: "SELECT DISTINCT writer FROM \(ledger) WHERE connection = $1 AND job = $2 AND attempt > $3",
                job + [.integer(attempt)])
        ).map { try $0.get("writer") }
        let id = quote(TableSchema.rawID)
        let writer = RawIDSource.writer(of: id)
        let others = later.indices.map { "\(writer) = $\($0 + 3) OR " }.joined()
        let position = UInt64(max(0, try mark.get("position", as: Int64.self)))
        try warehouse.commit([
            Query(
                trusted: """
                    DELETE FROM \(table.quoted) WHERE \(others)\(writer) = $1
                    AND \(RawIDSource.number(of: id)) \(warehouse.bytewise) > $2
                    """,
                [.text(try mark.get("writer")), .text(ids.number(of: position))] + later.map(SQLValue.text))
        ])
    }

    private func insertion(_ entries: [Entry]) -> Query {
        let now = SystemClock().now.milliseconds
        var values: [SQLValue] = [
            .text(point.connection), .integer(point.job), .integer(Int64(point.attempt)), .text(ids.writer),
            .integer(now),
        ]
        let rows = entries.map { entry in
            values += [.text(entry.stream), .text(entry.state), .integer(Int64(clamping: entry.position))]
            return "($1, $2, $3, $\(values.count - 2), $\(values.count - 1), $4, $\(values.count), $5)"
        }
        let names = Self.columns.map { quote($0.0) }.joined(separator: ", ")
        return Query(
            trusted: "INSERT INTO \(warehouse.ledger.quoted) (\(names)) VALUES \(rows.joined(separator: ", "))", values)
    }

    private static func key(of stream: StreamDescriptor) -> String {
        JSON.array([stream.namespace.map(JSON.string) ?? .null, .string(stream.name)]).text
    }

    /// Tells one state of a stream from another; empty where there is none.
    private static func fingerprint(of stream: StreamDescriptor, in state: ConnectionState) -> String {
        switch state {
        case .empty: ""
        case .stream(let states):
            states.first { $0.descriptor == stream }?.state.map { SHA256(of: $0.text).description } ?? ""
        case .global(let shared, let states):
            // Where they are kept, their order is not.
            SHA256(
                of: ([shared?.text ?? ""] + states.filter { $0.state != nil }.map(\.json.text).sorted())
                    .joined(separator: "\n")
            ).description
        case .legacy(let data): SHA256(of: data.text).description
        }
    }
}
