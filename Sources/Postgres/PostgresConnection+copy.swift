import CPostgres
import SQL

extension PostgresConnection {
    /// Begins a `COPY … FROM STDIN`.
    func beginCopyIn(_ sql: String) throws -> OpaquePointer {
        let handle = try opened()
        let start = try checked(PQexec(handle, sql), copying: true)
        guard PQresultStatus(start.pointer) == PGRES_COPY_IN else {
            throw DatabaseError(.other, "The statement is not a COPY FROM STDIN.")
        }
        return handle
    }

    /// Takes the answers to a copy that was told to end; returns how many rows the server took.
    @discardableResult
    func endCopyIn() throws -> Int {
        let handle = try opened()
        var changed = 0
        var thrown: (any Error)?
        while let pointer = PQgetResult(handle) {
            do { changed = try checked(pointer).changed } catch { thrown = thrown ?? error }
        }
        if let thrown { throw thrown }
        if isBroken { throw failure(nil) }
        return changed
    }

    /// Runs `COPY … TO STDOUT` and hands over its pieces, each a whole row, good only inside the closure.
    ///
    /// What `body` throws cancels the copy and is thrown on.
    package func copyOut(_ sql: String, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let handle = try opened()
        let start = try checked(PQexec(handle, sql), copying: true)
        guard PQresultStatus(start.pointer) == PGRES_COPY_OUT else {
            throw DatabaseError(.other, "The statement is not a COPY TO STDOUT.")
        }
        var thrown: (any Error)?
        while true {
            var buffer: UnsafeMutablePointer<CChar>?
            let count = PQgetCopyData(handle, &buffer, 0)
            guard count > 0, let buffer else { break }
            defer { PQfreemem(buffer) }
            guard thrown == nil else { continue }
            do {
                try body(UnsafeRawBufferPointer(start: buffer, count: Int(count)))
            } catch {
                thrown = error
                canceller.cancel()
            }
        }
        while let pointer = PQgetResult(handle) {
            do { _ = try checked(pointer) } catch { thrown = thrown ?? error }
        }
        if let thrown { throw thrown }
        if isBroken { throw failure(nil) }
    }
}
