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
        try connection.execute(script: "CREATE TEMPORARY TABLE \(Self.marks(number).quoted) (\(list))")
    }

    /// Merges what `staging` holds, in the open transaction.
    func run(_ staging: String, _ number: Int, on connection: PostgresConnection) throws {
        try connection.execute(script: removeDuplicates(from: staging, lastOrder: quote(TableSchema.sequence)))
        let cases = try connection.rows(Query(trusted: findNullKeys(in: staging))).map { row in
            row.values.map { $0 == .bool(true) }
        }
        let marks = Self.marks(number)
        let hasMarks =
            try schema.deletedAt != nil
            && !connection.rows(Query(trusted: "SELECT 1 FROM \(marks.quoted) LIMIT 1")).isEmpty
        for isNull in [Array(repeating: false, count: schema.primaryKey.count)] + cases {
            let before = hasMarks ? PostgresMerge(marks, schema).settle(staging, isNull: isNull) : []
            for statement in before + settle(staging, isNull: isNull) { try connection.execute(script: statement) }
        }
        if let deletedAt = schema.deletedAt {
            let list = markColumns.map { quote($0.name) }.joined(separator: ", ")
            let isDeleted = "\(quote(schema.columns[deletedAt].name)) IS NOT NULL"
            try connection.execute(
                script: "INSERT INTO \(marks.quoted) (\(list)) SELECT \(list) FROM \(staging) WHERE \(isDeleted)")
        }
        try connection.execute(script: insert(from: staging))
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
