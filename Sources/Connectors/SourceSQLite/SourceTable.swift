import Airbyte
import ConnectorKit
import JSON
import SQL
import SQLite

/// A table or view that can be read.
struct SourceTable {
    let name: String
    var columns: [SourceColumn]
    let primaryKey: [String]
    /// What puts all rows in one order, by which a read can go on; empty for views.
    let rowKey: [String]

    private var isView: Bool { rowKey.isEmpty }
    var quoted: String { TableName(name: name).quoted }

    var stream: AirbyteStream {
        var properties = JSONObject()
        for column in columns { properties[column.name] = column.form.schema }
        return AirbyteStream(
            name: name, jsonSchema: ["type": "object", "properties": .object(properties)],
            supportedSyncModes: [.fullRefresh, .incremental],
            sourceDefinedPrimaryKey: primaryKey.isEmpty ? nil : primaryKey.map { [$0] },
            isResumable: !rowKey.isEmpty)
    }

    /// The tables and views of the file, without those that SQLite keeps for itself and virtual tables.
    static func all(_ connection: SQLiteConnection, only names: [String]? = nil) throws -> [SourceTable] {
        let rows = try connection.rows(
            """
            SELECT name, type, wr FROM pragma_table_list
            WHERE schema = 'main' AND type IN ('table', 'view') AND lower(substr(name, 1, 7)) <> 'sqlite_'
            ORDER BY name
            """)
        return try rows.compactMap { row in
            let name: String = try row.get("name")
            if let names, !names.isEmpty, !names.contains(name) { return nil }
            let isView = try row.get("type", as: String.self) == "view"
            do {
                return try SourceTable(name, isView: isView, hasRowID: row.get("wr", as: Int.self) == 0, connection)
            } catch is DatabaseError where isView {
                // What the view stands on is gone.
                return nil
            }
        }
    }

    static func names(_ connection: SQLiteConnection) throws -> [String] { try all(connection).map(\.name) }

    private init(_ name: String, isView: Bool, hasRowID: Bool, _ connection: SQLiteConnection) throws {
        self.name = name
        // Generated columns are read like others; hidden ones belong to virtual tables.
        let rows = try connection.rows(
            "SELECT name, type, pk FROM pragma_table_xinfo(\(name)) WHERE hidden <> 1 ORDER BY cid")
        var key: [(place: Int, name: String)] = []
        columns = try rows.map { row in
            let column = try SourceColumn(name: row.get("name"), form: .init(declared: row.get("type")))
            let place: Int = try row.get("pk")
            if place > 0 { key.append((place, column.name)) }
            return column
        }
        primaryKey = key.sorted { $0.place < $1.place }.map(\.name)
        let taken = Set(columns.map { $0.name.lowercased() })
        let rowID = ["rowid", "_rowid_", "oid"].first { !taken.contains($0) }
        rowKey = isView ? [] : hasRowID ? rowID.map { [$0] } ?? [] : primaryKey
    }

    /// The table as its first rows are, where they are not what their columns were declared to hold. A view is taken at
    /// its word: its first rows may be as much work as all.
    func sampled(_ connection: SQLiteConnection) throws -> SourceTable {
        guard !isView else { return self }
        let list = columns.map { quote($0.name) }.joined(separator: ", ")
        var samples = columns.map { ColumnSample($0.form) }
        let statement = try connection.prepare("SELECT \(list) FROM \(quoted) LIMIT \(ColumnSample.rows)")
        while try statement.step() {
            for index in samples.indices { samples[index].take(statement.cell(at: index)) }
        }
        var table = self
        for index in samples.indices { table.columns[index].form = samples[index].form }
        return table
    }
}
