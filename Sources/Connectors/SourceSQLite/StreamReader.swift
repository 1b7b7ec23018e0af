import Airbyte
import ConnectorKit
import JSON
import SQL
import SQLite

/// Reads one stream inside the connection's transaction, row by row, so that memory does not grow with the table.
///
/// A full refresh of a table comes in the order of its rows' key and can go on behind any checkpoint. Incremental streams
/// come in the order of their cursor, and a checkpoint never falls between two rows with an equal cursor. The next read
/// goes on behind the last value; when by then more rows have that value than were read, it goes on *at* that value: rows
/// may come twice, but none is passed over. Rows without a cursor come only when a stream is read for the first time.
struct StreamReader {
    private let stream: ConfiguredStream
    private let table: SourceTable
    private let connection: SQLiteConnection
    private let output: StreamOutput
    private let checkpoint: Int
    private let columns: [SourceColumn]
    /// Nil for a full refresh.
    private let cursor: SourceColumn?

    init(
        _ stream: ConfiguredStream, _ table: SourceTable, _ connection: SQLiteConnection, _ output: StreamOutput,
        _ settings: SourceSettings
    ) throws {
        self.stream = stream
        self.table = table
        self.connection = connection
        self.output = output
        checkpoint = settings.checkpointRows
        let selected = stream.stream.jsonSchema["properties"]?.objectValue
        let all = table.columns.map { column in
            // What discovery saw of the values counts.
            let form = selected?[column.name].flatMap(SourceColumn.Form.init(schema:))
            return SourceColumn(name: column.name, form: form ?? column.form)
        }
        columns = all.filter { selected?[$0.name] != nil }
        cursor = try stream.syncMode == .incremental ? Self.cursor(of: stream, all) : nil
    }

    private static func cursor(of stream: ConfiguredStream, _ columns: [SourceColumn]) throws -> SourceColumn {
        guard let path = stream.effectiveCursor else {
            throw ConnectorError(.config, "Stream \(stream.descriptor) is incremental but has no cursor; choose one.")
        }
        guard path.count == 1, let found = columns.first(where: { $0.name == path[0] }) else {
            throw ConnectorError(
                .config, "The cursor \(path.joined(separator: ".")) is no column of \(stream.descriptor); choose one.")
        }
        guard found.canBeCursor else {
            throw ConnectorError(
                .config, "The column \(found.name) holds values of a kind that cannot be a cursor; choose another one.")
        }
        return found
    }

    func read(from state: JSON?) throws {
        if let cursor { try readOn(cursor, from: state) } else { try readAll(from: state) }
    }

    private func readAll(from saved: JSON?) throws {
        let version = try connection.rows("PRAGMA schema_version").first?.get("schema_version", as: Int.self) ?? 0
        var position = RowPosition(saved, key: table.rowKey, schemaVersion: version)
        let key = table.rowKey.map(quote).joined(separator: ", ")
        var sql = select(also: key)
        if let values = position.values {
            let places = values.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
            sql += " WHERE (\(key)) > (\(places))"
        }
        if !key.isEmpty { sql += " ORDER BY \(key)" }
        let statement = try connection.prepare(sql)
        for (index, value) in (position.values ?? []).enumerated() { try statement.bind(value, at: index + 1) }
        let parts = table.rowKey.indices.map { columns.count + $0 }
        var rows = 0
        try emit(
            statement,
            after: {
                position.values = parts.compactMap { StoredValue(statement.cell(at: $0)) }
                rows += 1
                guard rows >= checkpoint, !parts.isEmpty else { return }
                rows = 0
                try output.state(position.json(of: stream.descriptor))
            })
        try output.state(position.json(of: stream.descriptor))
    }

    private func readOn(_ cursor: SourceColumn, from saved: JSON?) throws {
        // Told apart by bytes, whatever the column's own collation is.
        let name = "\(quote(cursor.name)) COLLATE BINARY"
        var state =
            try CursorState(saved, field: cursor.name, of: stream.descriptor) ?? CursorState(field: cursor.name)
        var condition = "\(name) IS NOT NULL"
        let first = state.value
        if let first {
            let count = try connection.prepare("SELECT count(*) FROM \(table.quoted) WHERE \(name) = $1")
            try count.bind(first, at: 1)
            var isSame = false
            if try count.step(), case .integer(let found) = count.cell(at: 0) { isSame = found == state.count }
            count.reset()
            condition = "\(name) \(isSame ? ">" : ">=") $1"
        } else {
            try emit(connection.prepare("\(select(also: "NULL")) WHERE \(name) IS NULL"))
        }
        let last = columns.count
        let statement = try connection.prepare(
            "\(select(also: quote(cursor.name))) WHERE \(condition) ORDER BY \(name)")
        if let first { try statement.bind(first, at: 1) }
        var rows = 0
        try emit(
            statement,
            before: {
                if rows > 0, state.value?.equals(statement.cell(at: last)) == true {
                    state.count += 1
                } else {
                    if rows >= checkpoint {
                        try output.state(state.json(of: stream.descriptor))
                        rows = 0
                    }
                    state.value = StoredValue(statement.cell(at: last))
                    state.count = 1
                }
                rows += 1
            })
        try output.state(state.json(of: stream.descriptor))
    }

    private func emit(
        _ statement: SQLiteStatement, before: () throws -> Void = {}, after: () throws -> Void = {}
    ) throws {
        let writer = RowWriter(columns)
        while try statement.step() {
            try before()
            try output.record { writer.write(statement, into: &$0) }
            try after()
        }
    }

    private func select(also: String) -> String {
        let list = columns.map { quote($0.name) } + (also.isEmpty ? [] : [also])
        return "SELECT \(list.isEmpty ? "NULL" : list.joined(separator: ", ")) FROM \(table.quoted)"
    }
}
