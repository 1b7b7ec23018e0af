import CPostgres
import Glibc
import SQL
import Time

/// A connection on which the server sends what was committed, from a logical replication slot; used by one thread.
///
/// Nothing is confirmed to the slot but what `confirm` was called with.
package final class PostgresReplication {
    package enum Message {
        /// What the slot's plugin wrote, and where in the log it comes from; good only inside the closure.
        case data(PostgresLSN, UnsafeRawBufferPointer)
        /// Everything that was committed before this place has been sent.
        case reached(PostgresLSN)
    }

    private let connection: PostgresConnection
    private var confirmed = PostgresLSN(0)

    /// Connects. A user that may not replicate is refused here.
    package init(_ settings: PostgresSettings) throws {
        var settings = settings
        settings.parameters["replication"] = "database"
        connection = try PostgresConnection(settings)
        // A reader that is held up by its destination is no dead one; whether it lives is left to TCP.
        if connection.serverVersion >= 120_000 { try connection.execute(script: "SET wal_sender_timeout TO 0") }
        for setting in ["idle TO 30", "interval TO 10", "count TO 6"] {
            try connection.execute(script: "SET tcp_keepalives_\(setting)")
        }
    }

    package func close() { connection.close() }

    /// Identifies the server: no two clusters have the same.
    package func systemIdentifier() throws -> String {
        let result = try connection.simple("IDENTIFY_SYSTEM")
        guard result.rowCount == 1, let value = PQgetvalue(result.pointer, 0, 0) else {
            throw DatabaseError(.decoding, "The server does not say which one it is.")
        }
        return String(cString: value)
    }

    /// Has the server send what was committed at `start` or behind it, with the options of the slot's plugin.
    package func start(slot: String, at start: PostgresLSN, options: [(name: String, value: String)]) throws {
        let list = options.map { "\($0.name) \(SQLText.standardLiteral($0.value))" }.joined(separator: ", ")
        let command = "START_REPLICATION SLOT \(SQLText.identifier(slot)) LOGICAL \(start) (\(list))"
        let handle = try connection.opened()
        let result = try connection.checked(PQexec(handle, command), copying: true)
        guard PQresultStatus(result.pointer) == PGRES_COPY_BOTH else {
            throw DatabaseError(.other, "The server does not start to replicate.")
        }
    }

    /// Tells the server that everything before `lsn` is safe with us and need not be kept.
    package func confirm(_ lsn: PostgresLSN) throws {
        confirmed = lsn
        try sendStatus(askingBack: false)
    }

    /// Asks how far the server has got; a `reached` follows.
    package func ask() throws { try sendStatus(askingBack: true) }

    /// Hands over the next message; false where none came within `time`.
    package func next(within time: Duration, _ body: (Message) throws -> Void) throws -> Bool {
        let handle = try connection.opened()
        let deadline = ContinuousClock.now + time
        while true {
            var buffer: UnsafeMutablePointer<CChar>?
            let count = PQgetCopyData(handle, &buffer, 1)
            if count > 0, let buffer {
                defer { PQfreemem(buffer) }
                if try take(UnsafeRawBufferPointer(start: buffer, count: Int(count)), body) { return true }
                continue
            }
            guard count == 0 else { throw ending(handle) }
            let left = deadline - .now
            guard left > .zero else { return false }
            var wanted = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
            guard poll(&wanted, 1, CInt(clamping: left.milliseconds)) > 0 else { continue }
            guard PQconsumeInput(handle) == 1 else { throw connection.failure(nil) }
        }
    }

    /// False for what the caller need not know of.
    private func take(_ bytes: UnsafeRawBufferPointer, _ body: (Message) throws -> Void) throws -> Bool {
        var reader = WireReader(bytes)
        switch try reader.byte() {
        case UInt8(ascii: "w"):
            let start = PostgresLSN(try reader.uint64())
            // The end of the log and the server's clock.
            try reader.skip(16)
            try body(.data(start, UnsafeRawBufferPointer(rebasing: bytes[reader.position...])))
        case UInt8(ascii: "k"):
            let end = PostgresLSN(try reader.uint64())
            try reader.skip(8)
            if try reader.byte() != 0 { try sendStatus(askingBack: false) }
            try body(.reached(end))
        default: return false
        }
        return true
    }

    /// Written, flushed and applied are one here: what counts is what may be thrown away.
    private func sendStatus(askingBack: Bool) throws {
        var status: [UInt8] = [UInt8(ascii: "r")]
        func append(_ value: UInt64) { withUnsafeBytes(of: value.bigEndian) { status += $0 } }
        for _ in 0..<3 { append(confirmed.value) }
        append(UInt64(bitPattern: SystemClock().now.microseconds - Self.epoch))
        status.append(askingBack ? 1 : 0)
        let handle = try connection.opened()
        let isSent = status.withUnsafeBytes { bytes in
            PQputCopyData(handle, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), CInt(bytes.count)) == 1
        }
        guard isSent, PQflush(handle) >= 0 else { throw connection.failure(nil) }
    }

    private func ending(_ handle: OpaquePointer) -> any Error {
        do {
            while let pointer = PQgetResult(handle) { _ = try connection.checked(pointer) }
        } catch {
            return error
        }
        return DatabaseError(.unavailable, "The server ended the replication.")
    }

    /// 2000-01-01, from which the server counts its microseconds.
    package static let epoch: Int64 = 946_684_800_000_000
}
