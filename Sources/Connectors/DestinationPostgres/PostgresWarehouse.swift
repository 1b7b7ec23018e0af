import Airbyte
import ConnectorKit
import Postgres
import SQL

/// The typed tables of one Postgres database.
final class PostgresWarehouse: Warehouse {
    let identifiers = IdentifierRules(
        maximumBytes: 63, ignoresCase: false,
        systemColumns: ["tableoid", "ctid", "xmin", "xmax", "cmin", "cmax"])
    let connection: PostgresConnection
    private let options: PostgresTableOptions
    let batch: PostgresBatch
    var defaultSchema: String { options.schema }
    private var sinks: [PostgresRowSink] = []
    /// How many sinks there ever were, so that each has names of its own.
    private var numbered = 0

    init(_ connection: PostgresConnection, _ options: PostgresTableOptions) {
        self.connection = connection
        self.options = options
        batch = PostgresBatch(connection)
    }

    var style: TableStyle { options.style }

    var takesInfinity: Bool { connection.serverVersion >= 140_000 }

    func place(of stream: StreamDescriptor) -> TableName {
        options.place(of: stream)
    }

    /// Shows that tables can be made, and leaves none.
    func tryWriting() throws {
        let schema = options.style.isRaw ? options.rawSchema : options.schema
        let table = TableName(schema: identifiers.clean(schema), name: "swiftlet_check")
        try connection.execute(script: "BEGIN")
        defer { try? connection.execute(script: "ROLLBACK") }
        try makeSchema(of: table)
        try connection.execute(script: "DROP TABLE IF EXISTS \(table.quoted); CREATE TABLE \(table.quoted) (a int)")
    }

    func exists(_ table: TableName) throws -> Bool {
        let kind = try connection.rows(
            """
            SELECT c.relkind::text AS kind FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = \(table.schema ?? defaultSchema) AND c.relname = \(table.name)
            """
        ).first?.get("kind", as: String.self)
        guard let kind else { return false }
        guard kind == "r" || kind == "p" else {
            throw ConnectorError(.config, "\(table.quoted) is in the way: it is no table. Rename or drop it.")
        }
        return true
    }

    func columns(of table: TableName, wanted: [TableColumn]) throws -> [String: ColumnType] {
        let rows = try connection.rows(
            """
            SELECT a.attname::text AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type
            FROM pg_catalog.pg_attribute a
            JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = \(table.schema ?? defaultSchema) AND c.relname = \(table.name) AND a.attnum > 0 AND NOT a.attisdropped
            """)
        let names = Set(wanted.map(\.name))
        var columns: [String: ColumnType] = [:]
        for row in rows {
            let name: String = try row.get("name")
            guard names.contains(name) else { continue }
            let declared: String = try row.get("type")
            guard let type = ColumnType(declared: declared) else {
                throw ConnectorError(
                    .config,
                    """
                    Column \(name) of the table \(table.quoted) has the type \(declared), which this destination does \
                    not use; rename the table or choose another schema.
                    """)
            }
            columns[name] = type
        }
        return columns
    }

    func create(_ table: TableName, _ columns: [TableColumn]) throws {
        try transaction {
            try makeSchema(of: table)
            let list = columns.map(\.definition).joined(separator: ", ")
            try connection.execute(script: "CREATE TABLE \(table.quoted) (\(list))")
        }
    }

    func reshape(_ table: TableName, adding missing: [TableColumn], widening widened: [TableColumn]) throws {
        let actions =
            missing.map { "ADD COLUMN \($0.definition)" }
            + widened.map { column in
                let name = quote(column.name)
                let value = column.type == .json ? "to_jsonb(\(name))" : "\(name)::\(column.type.declaration)"
                return "ALTER COLUMN \(name) TYPE \(column.type.declaration) USING \(value)"
            }
        let views = try widened.isEmpty ? [] : DependentView.all(on: table, widened, connection)
        guard views.isEmpty || options.dropsDependents else { throw ConnectorError(views, on: table) }
        let drops = views.map { "\($0.dropping); " }.joined()
        try connection.execute(script: "\(drops)ALTER TABLE \(table.quoted) \(actions.joined(separator: ", "))")
    }

    func someGeneration(in table: TableName) throws -> Int64? {
        let column = quote(TableSchema.generationID)
        return try connection.rows(Query(trusted: "SELECT \(column) AS generation FROM \(table.quoted) LIMIT 1"))
            .first?.getOptional("generation")
    }

    func drop(_ table: TableName) throws {
        try connection.execute(script: "DROP TABLE IF EXISTS \(table.quoted)")
    }

    func replace(_ table: TableName, with temporary: TableName) throws {
        sinks.removeAll { $0.table == temporary }
        try transaction {
            if options.dropsDependents, try exists(table) {
                try connection.execute(script: "DROP TABLE \(table.quoted) CASCADE")
            } else if try exists(table) {
                try connection.execute(script: "SAVEPOINT before")
                do {
                    try connection.execute(script: "DROP TABLE \(table.quoted)")
                } catch let error as DatabaseError where error.native == "2BP01" {
                    // Views stand on the table: it stays and gets the new rows instead.
                    try connection.execute(script: "ROLLBACK TO before")
                    return try refill(table, from: temporary)
                }
            }
            try connection.execute(
                script: "ALTER TABLE \(temporary.quoted) RENAME TO \(quote(table.name))")
        }
    }

    func sink(into table: TableName, _ schema: TableSchema, _ ids: RawIDSource) throws -> any RowSink {
        numbered += 1
        let sink = try PostgresRowSink(table, schema, number: numbered, ids, self)
        sinks.append(sink)
        return sink
    }

    var ledger: TableName { TableName(schema: identifiers.clean(options.schema), name: "_swiftlet_commits") }

    var bytewise: String { #"COLLATE "C""# }

    func rows(_ query: Query) throws -> [Row] { try connection.rows(query) }

    /// Commits, and gives a table that was empty before its key.
    func finish(_ table: TableName) throws {
        guard let sink = sinks.first(where: { $0.table == table && $0.isFirstLoad }) else { return }
        try commit([])
        try transaction { try sink.endFirstLoad() }
    }

    func commit(_ statements: [Query]) throws {
        for sink in sinks { try sink.flush() }
        for statement in statements { try batch.execute(statement) }
        try batch.commit()
    }

    // MARK: Helpers of the above

    private func refill(_ table: TableName, from temporary: TableName) throws {
        let wanted = try allColumns(of: temporary)
        let existing = try columns(of: table, wanted: wanted)
        let missing = wanted.filter { existing[$0.name] == nil }
        var widened: [TableColumn] = []
        var values: [String] = []
        for var column in wanted {
            let name = quote(column.name)
            let isJSON = column.type == .json
            if let present = existing[column.name] {
                column.type = present.widened(to: column.type)
                if column.type != present { widened.append(column) }
            }
            values.append(column.type == .json && !isJSON ? "to_jsonb(\(name))" : "\(name)::\(column.type.declaration)")
        }
        try connection.execute(script: "DELETE FROM \(table.quoted)")
        let key = try PostgresIndex.all(on: temporary, connection).first(where: \.isOurs)?.columns ?? []
        try dropKeys(of: table, except: key)
        if !missing.isEmpty || !widened.isEmpty { try reshape(table, adding: missing, widening: widened) }
        try relax(table, taking: wanted)
        let list = wanted.map { quote($0.name) }.joined(separator: ", ")
        try connection.execute(
            script: """
                INSERT INTO \(table.quoted) (\(list)) SELECT \(values.joined(separator: ", ")) FROM \(temporary.quoted);
                DROP TABLE \(temporary.quoted)
                """)
        let indexes = try PostgresIndex.all(on: table, connection)
        if !key.isEmpty, !indexes.contains(where: { $0.isUnique && Set($0.columns) == Set(key) }) {
            _ = try addKey(to: table, key)
        }
    }

    private func allColumns(of table: TableName) throws -> [TableColumn] {
        let rows = try connection.rows(
            """
            SELECT a.attname::text AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type
            FROM pg_catalog.pg_attribute a
            JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = \(table.schema ?? defaultSchema) AND c.relname = \(table.name) AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum
            """)
        return try rows.map { row in
            let name: String = try row.get("name")
            return TableColumn(name: name, field: "", type: ColumnType(declared: try row.get("type")) ?? .string)
        }
    }

    /// Making a schema needs a right that a user with a schema of its own may lack.
    private func makeSchema(of table: TableName) throws {
        guard let schema = table.schema else { return }
        let found = try connection.rows("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = \(schema)")
        if found.isEmpty { try connection.execute(script: "CREATE SCHEMA IF NOT EXISTS \(quote(schema))") }
    }

    func transaction(_ body: () throws -> Void) throws {
        try connection.execute(script: "BEGIN")
        do {
            try body()
            try connection.execute(script: "COMMIT")
        } catch {
            try? connection.execute(script: "ROLLBACK")
            throw error
        }
    }
}
