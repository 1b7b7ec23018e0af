import ConnectorKit
import Postgres
import SQL

extension PostgresMerge {
    /// Makes what merging needs, for as long as the connection lives.
    ///
    /// A row that was deleted is gone, and with it the time of its deletion. So that an older change that comes in a later
    /// batch does not bring it back, the deletions of this sync are kept apart.
    func prepare(_ number: Int, on connection: PostgresConnection) throws {
        guard schema.deletedAt != nil else { return }
        let list = markColumns.map(\.definition).joined(separator: ", ")
        try connection.execute(
            script: "CREATE TEMPORARY TABLE IF NOT EXISTS \(Self.marks(number).quoted) (\(list))")
    }

    /// Merges what `staging` holds, in the open transaction.
    ///
    /// - Parameter others: columns that the table has beside the stream's; nil where it has no unique key.
    func run(_ staging: String, _ number: Int, resetting others: [String]?, on connection: PostgresConnection) throws {
        let isUnique = others != nil
        func hasRows(_ sql: String) throws -> Bool { try !connection.rows(Query(trusted: "\(sql) LIMIT 1")).isEmpty }
        try connection.execute(script: removeDuplicates(from: staging, lastOrder: quote(TableSchema.sequence)))
        let withNulls = try connection.rows(Query(trusted: findNullKeys(in: staging))).map { row in
            row.values.map { $0 == .bool(true) }
        }
        let whole = Array(repeating: false, count: schema.primaryKey.count)
        let marks = Self.marks(number)
        let hasMarks = try isDeleted != nil && hasRows("SELECT 1 FROM \(marks.quoted)")
        let hasDeletions = try isDeleted.map { try hasRows("SELECT 1 FROM \(staging) WHERE \($0)") } ?? false
        if !isUnique || !withNulls.isEmpty || hasMarks || hasDeletions {
            try connection.execute(script: look(at: staging))
        }

        if hasMarks {
            for isNull in [whole] + withNulls {
                for statement in PostgresMerge(marks, schema).settle(staging, isNull: isNull) {
                    try connection.execute(script: statement)
                }
            }
        }
        for isNull in (isUnique ? [] : [whole]) + withNulls {
            for statement in settle(staging, isNull: isNull) { try connection.execute(script: statement) }
        }
        if hasDeletions {
            if isUnique, let delete = delete(by: staging) { try connection.execute(script: delete) }
            try mark(from: staging, number, on: connection)
        }
        try connection.execute(
            script: others.map { upsert(from: staging, resetting: $0) } ?? insert(from: staging))
    }

    /// Removes the deleted rows from the table itself, into which they were loaded.
    func removeDeleted(_ number: Int, on connection: PostgresConnection) throws {
        guard let isDeleted else { return }
        try mark(from: target, number, on: connection)
        try connection.execute(script: "DELETE FROM \(target) WHERE \(isDeleted)")
    }

    private func mark(from name: String, _ number: Int, on connection: PostgresConnection) throws {
        guard let isDeleted else { return }
        let list = markColumns.map { quote($0.name) }.joined(separator: ", ")
        try connection.execute(
            script: "INSERT INTO \(Self.marks(number).quoted) (\(list)) SELECT \(list) FROM \(name) WHERE \(isDeleted)")
    }

    /// Nothing else looks at a temporary table, and a plan for one of unknown size is a matter of luck.
    private func look(at staging: String) -> String {
        let places = schema.primaryKey + (schema.deletedAt.map { [$0] } ?? [])
        return "ANALYZE \(staging) (\(places.map { quote(schema.columns[$0].name) }.joined(separator: ", ")))"
    }

    /// What tells which row was deleted, and whether another change of it is newer.
    private var markColumns: [TableColumn] {
        let places = schema.primaryKey + (schema.cursor.map { [$0] } ?? [])
        let own = TableSchema.ownColumns.filter { $0.name == TableSchema.extractedAt }
        return Set(places).sorted().map { schema.columns[$0] } + own
    }

    private static func marks(_ number: Int) -> TableName {
        TableName(schema: "pg_temp", name: "swiftlet_deleted_\(number)")
    }
}
