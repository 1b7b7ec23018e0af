import Airbyte
import ConnectorKit
import JSON
import Postgres
import SQL

/// Reads one stream inside one snapshot.
///
/// Incremental streams come in the order of their cursor, and a checkpoint never falls between two rows with an equal
/// cursor. The next read goes on behind the last value; when by then more rows have that value than were read, it
/// goes on *at* that value: rows may come twice, but none is passed over. Rows without a cursor come only when a
/// stream is read for the first time.
struct StreamReader {
    let stream: ConfiguredStream
    let table: SourceTable
    private let output: StreamOutput
    private let connections: Connections
    private let form: RowForm
    private let sender: RowSender
    /// Nil for a full refresh.
    private let cursor: SourceColumn?

    init(_ stream: ConfiguredStream, _ table: SourceTable, _ output: StreamOutput, _ connections: Connections) throws {
        self.stream = stream
        self.table = table
        self.output = output
        self.connections = connections
        form = RowForm(table.selected(by: stream), of: stream)
        sender = RowSender(form, output)
        cursor = stream.syncMode == .incremental ? try Self.cursor(of: stream, in: table) : nil
    }

    func read(_ connection: PostgresConnection, from state: JSON?) throws {
        if cursor == nil, table.isResumable {
            let reader = HeapReader(stream: stream, table: table, form: form, output: output, connections: connections)
            return try reader.read(connection, from: state)
        }
        try TableSnapshot.read([], connection) { _ in
            if let cursor { try readOn(connection, cursor, from: state) } else { try readAll(connection) }
        }
    }

    private static func cursor(of stream: ConfiguredStream, in table: SourceTable) throws -> SourceColumn {
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
        return found
    }

    private func readAll(_ connection: PostgresConnection) throws {
        try sender.send(table.quoted, connection)
        var state: JSON = ["state_type": "full_refresh", "version": 2, "stream_name": .string(table.name)]
        if let namespace = stream.stream.namespace { state["stream_namespace"] = .string(namespace) }
        try output.state(state)
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
            try sender.send("\(table.quoted) WHERE \(name) IS NULL", connection)
        }
        let checkpoint = connections.settings.checkpointRows
        var rows = 0
        var last: [UInt8] = []
        let source = "\(table.quoted) AS t WHERE \(condition) ORDER BY t.\(name)"
        try sender.send(source, connection, cursor: cursor) { field in
            guard let field else { return }
            if rows > 0, field.elementsEqual(last) {
                state.count += 1
            } else {
                if rows >= checkpoint {
                    try sender.flush()
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

    /// A cursor's value as its record shows it.
    private func text(_ field: UnsafeBufferPointer<UInt8>, _ cursor: SourceColumn) -> String {
        var bytes: [UInt8] = []
        RowWriter.write(field, cursor.form, into: &bytes)
        let json = try? JSON.parse(bytes)
        return json?.stringValue ?? String(decoding: field, as: UTF8.self)
    }
}
