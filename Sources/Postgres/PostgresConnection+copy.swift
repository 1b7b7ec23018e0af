import CPostgres
import SQL

extension PostgresConnection {
    /// Runs `COPY … FROM STDIN` and sends what `write` appends; returns how many rows the server took.
    ///
    /// What `write` throws abandons the copy, of which nothing stays, and is thrown on.
    @discardableResult
    package func copyIn(_ sql: String, _ write: (PostgresCopyWriter) throws -> Void) throws -> Int {
        let handle = try opened()
        let start = try checked(PQexec(handle, sql), copying: true)
        guard PQresultStatus(start.pointer) == PGRES_COPY_IN else {
            throw DatabaseError(.other, "The statement is not a COPY FROM STDIN.")
        }
        let writer = PostgresCopyWriter(handle)
        var thrown: (any Error)?
        do {
            try write(writer)
            try writer.flush()
        } catch {
            thrown = error
        }
        writer.end()
        _ = PQputCopyEnd(handle, thrown == nil ? nil : "abandoned by the client")
        var changed = 0
        while let pointer = PQgetResult(handle) {
            do {
                changed = try checked(pointer).changed
            } catch {
                // The server's reason is better than "the copy stopped", but not than the caller's own.
                if thrown == nil || thrown is PostgresCopyWriter.Stopped { thrown = error }
            }
        }
        if thrown is PostgresCopyWriter.Stopped { throw failure(nil) }
        if let thrown { throw thrown }
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
