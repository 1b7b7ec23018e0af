import Airbyte
import ConnectorKit
import SQL
import SQLite

/// The typed tables of one SQLite file. The file has no schemas, so a stream's namespace becomes part of its table's
/// name.
final class SQLiteWarehouse: Warehouse {
    let identifiers = IdentifierRules(maximumBytes: 200, ignoresCase: true, systemColumns: ["rowid"])
    let takesInfinity = true
    let style: TableStyle
    private let connection: SQLiteConnection
    private var madeSinks = 0
    private var sinks: [SQLiteRowSink] = []

    init(path: DatabasePath, _ style: TableStyle = TableStyle()) throws {
        self.style = style
        connection = try SQLiteConnection(path: path.path, access: .create, busyTimeout: 60_000)
        // A view over a table that is being replaced must not stop the renaming.
        try connection.execute(script: "PRAGMA legacy_alter_table = ON")
        // Dropping and sorting a table would else take memory of its size.
        try connection.execute(script: "PRAGMA temp_store = FILE")
    }

    func place(of stream: StreamDescriptor) -> TableName {
        TableName(name: stream.namespace.map { "\($0)_\(stream.name)" } ?? stream.name)
    }

    /// Shows that the file can be written, and leaves it as it was.
    func tryWriting() throws {
        try connection.execute(script: "BEGIN IMMEDIATE; CREATE TABLE swiftlet_check (a); ROLLBACK")
    }

    func exists(_ table: TableName) throws -> Bool {
        try !connection.rows("SELECT 1 FROM pragma_table_info(\(table.name))").isEmpty
    }

    func columns(of table: TableName, wanted: [TableColumn]) throws -> [String: ColumnType] {
        var columns: [String: ColumnType] = [:]
        // SQLite finds a column whatever its case, as the names here are told apart.
        let wanted = Dictionary(wanted.map { ($0.name.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
        for row in try connection.rows("SELECT name, type FROM pragma_table_info(\(table.name))") {
            let name: String = try row.get("name")
            let declared: String = try row.get("type")
            guard let column = wanted[name.lowercased()] else { continue }
            guard let type = ColumnType(declared: declared) else {
                throw ConnectorError(
                    .config,
                    """
                    Column \(name) of the table \(table.name) has a type that this destination does not use; rename \
                    the table or choose another file.
                    """)
            }
            columns[column.name] = column.type.declaration == declared ? column.type : type
        }
        return columns
    }

    func create(_ table: TableName, _ columns: [TableColumn]) throws {
        try connection.run(Query(trusted: definition(of: table, columns)))
    }

    func reshape(_ table: TableName, adding missing: [TableColumn], widening widened: [TableColumn]) throws {
        try transaction {
            for column in missing {
                try connection.run(Query(trusted: "ALTER TABLE \(table.quoted) ADD COLUMN \(column.definition)"))
            }
            if !widened.isEmpty { try rebuild(table, widened) }
        }
    }

    func prepareKeys(of table: TableName, _ schema: TableSchema) throws {
        let keys = schema.primaryKey.map { schema.columns[$0].name }
        guard try !hasIndex(table, keys) else { return }
        var order = ""
        if let cursor = schema.cursor.map({ schema.columns[$0] }) {
            let name = quote(cursor.name)
            if cursor.type == .number { order += "CAST(\(name) AS REAL) DESC NULLS LAST, " }
            order += "\(name) DESC NULLS LAST, "
        }
        order += "\(quote(TableSchema.extractedAt)) DESC, rowid DESC"
        let list = keys.map(quote).joined(separator: ", ")
        // Index names are shared by the whole file and follow their table when it is renamed.
        let index = quote(freeName("swiftlet_key_"))
        try transaction {
            try connection.run(
                Query(
                    trusted: """
                        DELETE FROM \(table.quoted) WHERE rowid IN (
                            SELECT rowid FROM (
                                SELECT rowid, row_number() OVER (PARTITION BY \(list) ORDER BY \(order)) AS place
                                FROM \(table.quoted)
                            ) WHERE place > 1
                        )
                        """))
            try connection.run(Query(trusted: "CREATE INDEX \(index) ON \(table.quoted) (\(list))"))
        }
    }

    func someGeneration(in table: TableName) throws -> Int64? {
        let column = quote(TableSchema.generationID)
        return try connection.rows(Query(trusted: "SELECT \(column) AS generation FROM \(table.quoted) LIMIT 1"))
            .first?.getOptional("generation")
    }

    func drop(_ table: TableName) throws {
        try connection.run(Query(trusted: "DROP TABLE IF EXISTS \(table.quoted)"))
    }

    func replace(_ table: TableName, with temporary: TableName) throws {
        // Statements that are still prepared would hold the old table.
        sinks.removeAll { $0.table == temporary }
        try transaction {
            try drop(table)
            try connection.run(Query(trusted: "ALTER TABLE \(temporary.quoted) RENAME TO \(table.quoted)"))
        }
    }

    func sink(into table: TableName, _ schema: TableSchema, _ ids: RawIDSource) throws -> any RowSink {
        madeSinks += 1
        let sink = try SQLiteRowSink(table, schema, number: madeSinks, ids, connection)
        sinks.append(sink)
        return sink
    }

    var ledger: TableName { TableName(name: "_swiftlet_commits") }

    var bytewise: String { "" }

    func rows(_ query: Query) throws -> [Row] { try connection.rows(query) }

    func commit(_ statements: [Query]) throws {
        if !statements.isEmpty, !connection.isInTransaction { try connection.execute(script: "BEGIN IMMEDIATE") }
        for statement in statements { try connection.run(statement) }
        if connection.isInTransaction { try connection.execute(script: "COMMIT") }
    }

    // MARK: Helpers of the above

    private func definition(of table: TableName, _ columns: [TableColumn]) -> String {
        "CREATE TABLE \(table.quoted) (\(columns.map(\.definition).joined(separator: ", ")))"
    }

    /// SQLite cannot change a column's type, so the table is copied. Other columns keep their place and declaration.
    private func rebuild(_ table: TableName, _ widened: [TableColumn]) throws {
        let types = Dictionary(widened.map { ($0.name.lowercased(), $0.type) }, uniquingKeysWith: { first, _ in first })
        let copy = TableName(name: freeName("swiftlet_copy_"))
        var definitions: [String] = []
        var values: [String] = []
        for row in try connection.rows("SELECT name, type FROM pragma_table_info(\(table.name))") {
            let name: String = try row.get("name")
            let declared: String = try row.get("type")
            let type = types[name.lowercased()]
            definitions.append("\(quote(name)) \(type?.declaration ?? declared)")
            let isBoolean = ColumnType(declared: declared) == .boolean
            switch type {
            case .string where isBoolean, .json where isBoolean:
                values.append("CASE \(quote(name)) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END")
            case .string, .json: values.append(Self.text(of: quote(name)))
            default: values.append(quote(name))
            }
        }
        for statement in [
            "CREATE TABLE \(copy.quoted) (\(definitions.joined(separator: ", ")))",
            "INSERT INTO \(copy.quoted) SELECT \(values.joined(separator: ", ")) FROM \(table.quoted) ORDER BY rowid",
            "DROP TABLE \(table.quoted)",
            "ALTER TABLE \(copy.quoted) RENAME TO \(table.quoted)",
        ] {
            try connection.run(Query(trusted: statement))
        }
    }

    /// SQLite writes fifteen digits of a number, which is not always all of it.
    private static func text(of column: String) -> String {
        """
        CASE WHEN typeof(\(column)) = 'real' AND CAST(CAST(\(column) AS TEXT) AS REAL) <> \(column)
            THEN printf('%!.17g', \(column)) ELSE CAST(\(column) AS TEXT) END
        """
    }

    /// A name that nothing in the file has.
    private func freeName(_ prefix: String) -> String {
        var random = SystemRandomNumberGenerator()
        return prefix + String(random.next(), radix: 16)
    }

    private func hasIndex(_ table: TableName, _ keys: [String]) throws -> Bool {
        try connection.rows("SELECT name FROM pragma_index_list(\(table.name))").contains { row in
            let name: String = try row.get("name")
            let columns = try connection.rows("SELECT name FROM pragma_index_info(\(name)) ORDER BY seqno")
            return try columns.map { try $0.getOptional("name", as: String.self) } == keys
        }
    }

    private func transaction(_ body: () throws -> Void) throws {
        try commit([])
        try connection.execute(script: "BEGIN IMMEDIATE")
        do {
            try body()
            try connection.execute(script: "COMMIT")
        } catch {
            try? connection.execute(script: "ROLLBACK")
            throw error
        }
    }
}
