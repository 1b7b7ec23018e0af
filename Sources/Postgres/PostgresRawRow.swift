import CPostgres

/// One row's fields in text form, good only inside the closure it was handed to.
package struct PostgresRawRow {
    let result: OpaquePointer
    let row: CInt
    package let count: Int

    /// The field's bytes, or nil where it is NULL.
    package subscript(column: Int) -> UnsafeBufferPointer<UInt8>? {
        let column = CInt(column)
        guard PQgetisnull(result, row, column) == 0, let start = PQgetvalue(result, row, column) else { return nil }
        let length = Int(PQgetlength(result, row, column))
        return UnsafeBufferPointer(
            start: UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self), count: length)
    }
}
