import Airbyte
import ConnectorKit
import JSON
import Postgres
import SQL

/// Reads one stream inside one snapshot, row by row, so that memory does not grow with the table.
///
/// Incremental streams come in the order of their cursor, and a checkpoint never falls between two rows with an equal
/// cursor. The next read goes on behind the last value; when by then more rows have that value than were read, it
/// goes on *at* that value: rows may come twice, but none is passed over. Rows without a cursor come only when a
/// stream is read for the first time.
struct StreamReader {
    let stream: ConfiguredStream
    let table: SourceTable
    private let output: StreamOutput
    let checkpoint: Int
    private let columns: [SourceColumn]
    /// Nil for a full refresh.
    private let cursor: SourceColumn?
    /// Sends the rows in blocks; nil where they go as records.
    private let blocks: RowBlockWriter?

    init(_ stream: ConfiguredStream, _ table: SourceTable, _ output: StreamOutput, checkpoint: Int) throws {
        self.stream = stream
        self.table = table
        self.output = output
        self.checkpoint = checkpoint
        let selected = stream.stream.jsonSchema["properties"]?.objectValue
        let columns = table.columns.filter { selected?[$0.name] != nil }
        self.columns = columns
        let inBlocks = RowBlock.isOffered(RowBlock.postgres) && stream.canBeSent(inBlocksOf: columns)
        blocks = inBlocks ? RowBlockWriter(columns.map(\.name), output) : nil
        guard stream.syncMode == .incremental else {
            cursor = nil
            return
        }
        guard let path = stream.effectiveCursor else {
            throw ConnectorError(.config, "Stream \(stream.descriptor) is incremental but has no cursor; choose one.")
        }
        guard path.count == 1, let found = table.columns.first(where: { $0.name == path[0] }) else {
            throw ConnectorError(
                .config, "The cursor \(path.joined(separator: ".")) is no column of \(stream.descriptor); choose one.")
        }
        guard found.canBeCursor else {
            throw ConnectorError(
                .config, "The column \(found.name) of the type \(found.type) cannot be a cursor; choose another one.")
        }
        cursor = found
    }

    func read(_ connection: PostgresConnection, from state: JSON?) throws {
        try connection.execute(script: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        do {
            if let cursor {
                try readOn(connection, cursor, from: state)
            } else if table.isResumable {
                try readPages(connection, from: state)
            } else {
                try readAll(connection)
            }
            try connection.execute(script: "COMMIT")
        } catch {
            try? connection.execute(script: "ROLLBACK")
            throw error
        }
    }

    private func readAll(_ connection: PostgresConnection) throws {
        try emit(connection)
        var state: JSON = ["state_type": "full_refresh", "version": 2, "stream_name": .string(table.name)]
        if let namespace = stream.stream.namespace { state["stream_namespace"] = .string(namespace) }
        try send(state)
    }

    private func readOn(_ connection: PostgresConnection, _ cursor: SourceColumn, from saved: JSON?) throws {
        let name = quote(cursor.name)
        let found = try CursorState(saved, field: cursor.name, of: stream.descriptor)
        var state = found ?? CursorState(field: cursor.name, value: nil, count: 0)
        var condition = "\(name) IS NOT NULL"
        if let value = state.value {
            // The value goes out as text whatever its type is.
            let place = "CAST(CAST(\(literal(value)) AS text) AS \(cursor.type))"
            let count = try connection.rows(
                Query(trusted: "SELECT count(*) AS n FROM \(table.quoted) WHERE \(name) = \(place)")
            ).first?.get("n", as: Int.self)
            condition = "\(name) \(count == state.count ? ">" : ">=") \(place)"
        } else {
            try emit(connection, "WHERE \(name) IS NULL")
        }
        var rows = 0
        var last: [UInt8] = []
        try emit(connection, "WHERE \(condition) ORDER BY t.\(name)") { field in
            guard let field else { return }
            if rows > 0, field.elementsEqual(last) {
                state.count += 1
            } else {
                if rows >= checkpoint {
                    try send(state.json(of: stream.descriptor))
                    rows = 0
                }
                last = Array(field)
                state.value = text(field, cursor)
                state.count = 1
            }
            rows += 1
        }
        try send(state.json(of: stream.descriptor))
    }

    func send(_ state: JSON) throws {
        try blocks?.flush()
        try output.state(state)
    }

    /// Sends the rows that `clauses` choose; `before` sees the cursor of each one first. It comes once more behind the
    /// columns, for it need not be selected.
    func emit(
        _ connection: PostgresConnection, _ clauses: String = "",
        before: (UnsafeBufferPointer<UInt8>?) throws -> Void = { _ in }
    ) throws {
        if let blocks {
            let list = columns.compactMap(\.binaryExpression) + (cursor.map { [$0.textExpression] } ?? [])
            let query = "SELECT \(list.joined(separator: ", ")) FROM \(table.quoted) AS t \(clauses)"
            try connection.copyOut("COPY (\(query)) TO STDOUT (FORMAT binary)") { piece in
                try blocks.take(piece, hasCursor: cursor != nil, before: before)
            }
            return try blocks.flush()
        }
        let list = columns.map(\.expression) + (cursor.map { [quote($0.name)] } ?? [])
        let query = "SELECT \(list.joined(separator: ", ")) FROM \(table.quoted) AS t \(clauses)"
        let writer = RowWriter(columns)
        try connection.stream(Query(trusted: query)) { row in
            if cursor != nil { try before(row[columns.count]) }
            try output.record { writer.write(row, into: &$0) }
        }
    }

    /// A cursor's value as its record shows it.
    private func text(_ field: UnsafeBufferPointer<UInt8>, _ cursor: SourceColumn) -> String {
        var bytes: [UInt8] = []
        RowWriter.write(field, cursor.form, into: &bytes)
        let json = try? JSON.parse(bytes)
        return json?.stringValue ?? String(decoding: field, as: UTF8.self)
    }
}
