import ConnectorKit
import JSON
import Postgres
import SQL

/// Records of one stream that the server must help to finish, and those behind them.
struct WaitingRecords {
    enum Value {
        case null
        /// Not in the log; to be looked up.
        case absent
        /// The server's text, which only the server can turn into JSON.
        case unconverted([UInt8])
        case json([UInt8])
    }

    struct Record {
        let head: [UInt8]
        let close: [UInt8]
        var values: [Value] = []
        /// What the row is looked up by; empty where it cannot be.
        var key: [String] = []

        var needsLookUp: Bool { values.contains { if case .absent = $0 { true } else { false } } }

        var needsServer: Bool {
            values.contains { value in
                switch value {
                case .absent, .unconverted: true
                case .null, .json: false
                }
            }
        }

        var size: Int {
            values.reduce(head.count + close.count) { size, value in
                switch value {
                case .null, .absent: size + 8
                case .unconverted(let bytes), .json(let bytes): size + bytes.count
                }
            }
        }
    }

    private static let mostRecords = 1_000
    private static let mostBytes = 1 << 22

    private let captured: CapturedTable
    private let columns: [SourceColumn]
    private let connection: PostgresConnection
    private var records: [Record] = []
    private var size = 0

    init(_ captured: CapturedTable, _ columns: [SourceColumn], _ connection: PostgresConnection) {
        self.captured = captured
        self.columns = columns
        self.connection = connection
    }

    var isEmpty: Bool { records.isEmpty }
    var isFull: Bool { records.count >= Self.mostRecords || size >= Self.mostBytes }

    mutating func append(_ record: Record) {
        records.append(record)
        size += record.size
    }

    /// Finishes the records and sends them in the order they came in.
    mutating func settle(_ keys: [[UInt8]], _ output: StreamOutput) throws {
        guard !records.isEmpty else { return }
        for index in columns.indices { try convert(index) }
        try lookUp()
        for record in records {
            let gaps = columns.indices.filter { if case .absent = record.values[$0] { true } else { false } }
            try Self.write(record, keys, gaps.map { columns[$0].name }, to: output)
        }
        records.removeAll(keepingCapacity: true)
        size = 0
    }

    static func write(_ record: Record, _ keys: [[UInt8]], _ gaps: [String], to output: StreamOutput) throws {
        try output.record(lacking: gaps) { out in
            out += record.head
            for (key, value) in zip(keys, record.values) {
                out += key
                if case .json(let json) = value { out += json } else { out += "null".utf8 }
            }
            out += record.close
        }
    }

    /// Has the server turn the texts of one column into JSON.
    private mutating func convert(_ column: Int) throws {
        guard let conversion = columns[column].conversion else { return }
        var places: [Int] = []
        var texts = ArrayText()
        for index in records.indices {
            guard case .unconverted(let text) = records[index].values[column] else { continue }
            places.append(index)
            texts.append(String(decoding: text, as: UTF8.self))
        }
        guard !places.isEmpty else { return }
        let query = Query(
            trusted: """
                SELECT n, \(conversion) FROM unnest(CAST($1 AS text[])) WITH ORDINALITY AS given(v, n) ORDER BY n
                """, [.text(texts.closed)])
        do {
            var next = 0
            try connection.stream(query) { row in
                guard next < places.count else { return }
                records[places[next]].values[column] = Self.json(row[1], columns[column])
                next += 1
            }
        } catch let error as DatabaseError where error.code != .unavailable && error.code != .cancelled {
            // The type was altered meanwhile and does not take its old text any more: what stands in the table counts.
            for place in places { records[place].values[column] = .absent }
        }
    }

    /// Gets what the log left out from the rows as they stand now. A row that is not found was deleted or got another
    /// key later, which its own change tells.
    private mutating func lookUp() throws {
        let places = records.indices.filter { records[$0].needsLookUp && !records[$0].key.isEmpty }
        let wanted = columns.indices.filter { column in
            places.contains { if case .absent = records[$0].values[column] { true } else { false } }
        }
        guard !places.isEmpty else { return }
        let key = captured.table.primaryKey
        var texts = key.map { _ in ArrayText() }
        for place in places {
            for (index, text) in records[place].key.enumerated() where index < texts.count { texts[index].append(text) }
        }
        let names = key.indices.map { "swiftlet_key_\($0)" }
        let given = key.indices.map { "CAST($\($0 + 1) AS text[])" }.joined(separator: ", ")
        let conditions = key.indices.map { index in
            let type = captured.table.columns.first { $0.name == key[index] }?.type ?? "text"
            return "\(quote(key[index])) = CAST(\(names[index]) AS \(type))"
        }
        let query = Query(
            trusted: """
                SELECT swiftlet_place, \(wanted.map { columns[$0].expression }.joined(separator: ", "))
                FROM unnest(\(given)) WITH ORDINALITY AS given(\(names.joined(separator: ", ")), swiftlet_place)
                JOIN \(captured.table.quoted) ON \(conditions.joined(separator: " AND "))
                """, texts.map { .text($0.closed) })
        try connection.stream(query) { row in
            guard let number = row[0].flatMap({ Int(String(decoding: $0, as: UTF8.self)) }),
                places.indices.contains(number - 1)
            else { return }
            let place = places[number - 1]
            for (index, column) in wanted.enumerated() {
                guard case .absent = records[place].values[column] else { continue }
                records[place].values[column] = Self.json(row[index + 1], columns[column])
            }
        }
    }

    private static func json(_ field: UnsafeBufferPointer<UInt8>?, _ column: SourceColumn) -> Value {
        guard let field else { return .null }
        var json: [UInt8] = []
        RowWriter.write(field, column.form, into: &json)
        return .json(json)
    }
}
