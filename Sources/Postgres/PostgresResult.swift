import CPostgres

/// What the server answered; freed with its last owner.
final class PostgresResult {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { PQclear(pointer) }

    var rowCount: Int { Int(PQntuples(pointer)) }

    /// How many rows a statement changed; zero for one that changes none.
    var changed: Int { Int(String(cString: PQcmdTuples(pointer))) ?? 0 }

    /// What the server says it did, such as `COMMIT`.
    var command: String { String(cString: PQcmdStatus(pointer)) }

    var columns: [PostgresColumn] {
        (0..<PQnfields(pointer)).map {
            PostgresColumn(
                name: String(cString: PQfname(pointer, $0)), type: PQftype(pointer, $0), modifier: PQfmod(pointer, $0))
        }
    }
}
