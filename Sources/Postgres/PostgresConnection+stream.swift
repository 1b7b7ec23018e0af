import CPostgres
package import SQL

extension PostgresConnection {
    /// Runs a query and hands its rows over one by one, without holding them all. `columns` is called once, before
    /// the first row and also where there is none.
    ///
    /// What a closure throws cancels the query and is thrown on; the connection can be used again.
    package func stream(
        _ query: Query, columns: ([PostgresColumn]) throws -> Void = { _ in },
        row body: (PostgresRawRow) throws -> Void
    ) throws {
        let handle = try opened()
        let parameters = try PostgresParameters(query.values)
        let sent = parameters.with { PQsendQueryParams(handle, query.text, $0, parameters.types, $1, $2, $3, 0) }
        guard sent == 1, PQsetSingleRowMode(handle) == 1 else { throw failure(nil) }
        var thrown: (any Error)?
        var described = false
        while let pointer = PQgetResult(handle) {
            if thrown != nil {
                PQclear(pointer)
                continue
            }
            let result: PostgresResult
            do {
                result = try checked(pointer)
            } catch {
                thrown = error
                if isBroken { break }
                continue
            }
            do {
                if !described {
                    described = true
                    try columns(result.columns)
                }
                let fields = Int(PQnfields(pointer))
                for index in 0..<result.rowCount {
                    try body(PostgresRawRow(result: pointer, row: CInt(index), count: fields))
                }
            } catch {
                thrown = error
                canceller.cancel()
            }
        }
        if let thrown { throw thrown }
    }
}
