import ConnectorKit
import Postgres
import SQL

/// The tables whose changes are wanted.
final class CaptureTables {
    let all: [TableChanges]
    private let connection: PostgresConnection
    private let byID: [UInt32: TableChanges]

    init(_ all: [TableChanges], _ connection: PostgresConnection) {
        self.all = all
        self.connection = connection
        byID = Dictionary(all.map { ($0.captured.published.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The table that a description is of: by its id, then by the table it is a partition of, then by its name, for it may
    /// have been made anew since. Nil where nobody wants its changes.
    func find(_ relation: Relation) throws -> TableChanges? {
        if let found = byID[relation.id] { return found }
        let root = try connection.rows(
            "SELECT pg_partition_root(oid)::bigint AS root FROM pg_catalog.pg_class WHERE oid = \(Int(relation.id))::oid"
        ).first
        if let root {
            // It is there and nobody wants it, whatever it is called.
            return try root.getOptional("root", as: Int.self).flatMap { byID[UInt32(truncatingIfNeeded: $0)] }
        }
        return all.first { $0.captured.table.schema == relation.schema && $0.captured.table.name == relation.name }
    }

    func settle() throws { for changes in all { try changes.settle() } }
}
