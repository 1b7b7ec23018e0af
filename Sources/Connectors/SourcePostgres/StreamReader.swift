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
    private let stream: ConfiguredStream
    private let table: SourceTable
    private let output: StreamOutput
    private let checkpoint: Int
    private let columns: [SourceColumn]
    /// Nil for a full refresh.
    private let cursor: SourceColumn?

    init(_ stream: ConfiguredStream, _ table: SourceTable, _ output: StreamOutput, checkpoint: Int) throws {
        self.stream = stream
        self.table = table
        self.output = output
        self.checkpoint = checkpoint
        let selected = stream.stream.jsonSchema["properties"]?.objectValue
        columns = table.columns.filter { selected?[$0.name] != nil }
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
            if let cursor { try readOn(connection, cursor, from: state) } else { try readAll(connection) }
            try connection.execute(script: "COMMIT")
        } catch {
            try? connection.execute(script: "ROLLBACK")
            throw error
        }
    }

    private func readAll(_ connection: PostgresConnection) throws {
        try emit(connection, Query(trusted: select))
        var state: JSON = ["state_type": "full_refresh", "version": 2, "stream_name": .string(table.name)]
        if let namespace = stream.stream.namespace { state["stream_namespace"] = .string(namespace) }
        try output.state(state)
    }

    private func readOn(_ connection: PostgresConnection, _ cursor: SourceColumn, from saved: JSON?) throws {
        let name = quote(cursor.name)
        let found = try CursorState(saved, field: cursor.name, of: stream.descriptor)
        var state = found ?? CursorState(field: cursor.name, value: nil, count: 0)
        var condition = "\(name) IS NOT NULL"
        var values: [SQLValue] = []
        if let value = state.value {
            // The value goes out as text whatever its type is.
            let place = "CAST(CAST($1 AS text) AS \(cursor.type))"
            values = [.text(value)]
            let count = try connection.rows(
                Query(trusted: "SELECT count(*) AS n FROM \(table.quoted) WHERE \(name) = \(place)", values)
            ).first?.get("n", as: Int.self)
            condition = "\(name) \(count == state.count ? ">" : ">=") \(place)"
        } else {
            try emit(connection, Query(trusted: "\(select) WHERE \(name) IS NULL"))
        }
        var rows = 0
        var last: [UInt8] = []
        let query = Query(trusted: "\(select) WHERE \(condition) ORDER BY \(name)", values)
        try emit(connection, query) { row in
            guard let field = row[columns.count] else { return }
            if rows > 0, field.elementsEqual(last) {
                state.count += 1
            } else {
                if rows >= checkpoint {
                    try output.state(state.json(of: stream.descriptor))
                    rows = 0
                }
                last = Array(field)
                state.value = text(field, cursor)
                state.count = 1
            }
            rows += 1
        }
        try output.state(state.json(of: stream.descriptor))
    }

    /// Sends a query's rows; `before` sees each one first.
    private func emit(
        _ connection: PostgresConnection, _ query: Query, before: (PostgresRawRow) throws -> Void = { _ in }
    ) throws {
        let writer = RowWriter(columns)
        try connection.stream(query) { row in
            try before(row)
            try output.record { writer.write(row, into: &$0) }
        }
    }

    /// The cursor comes once more behind the columns, for it need not be selected.
    private var select: String {
        let list = (columns.map(\.expression) + (cursor.map { [quote($0.name)] } ?? [])).joined(separator: ", ")
        return "SELECT \(list) FROM \(table.quoted)"
    }

    /// A cursor's value as its record shows it.
    private func text(_ field: UnsafeBufferPointer<UInt8>, _ cursor: SourceColumn) -> String {
        var bytes: [UInt8] = []
        RowWriter.write(field, cursor.form, into: &bytes)
        let json = try? JSON.parse(bytes)
        return json?.stringValue ?? String(decoding: field, as: UTF8.self)
    }
}
