import Postgres
import SQL

/// The transaction that a warehouse loads rows in, with the one COPY that can run in it at a time. Rows reach the server
/// as they come, so that it works on them while the next ones are read.
final class PostgresBatch {
    private let connection: PostgresConnection
    private var running: (target: String, format: PostgresCopyIn.Format, copy: PostgresCopyIn)?
    private var isOpen = false

    init(_ connection: PostgresConnection) { self.connection = connection }

    /// The copy into a target; another one that runs is finished first.
    func copy(into target: String, _ format: PostgresCopyIn.Format) throws -> PostgresCopyIn {
        if let running, running.format == format, running.target == target { return running.copy }
        try begin()
        let copy = try PostgresCopyIn(into: target, format, on: connection)
        running = (target, format, copy)
        return copy
    }

    /// Readies the transaction for statements of any kind.
    func begin() throws {
        try finishCopy()
        if !isOpen { try connection.execute(script: "BEGIN") }
        isOpen = true
    }

    /// Must come before any other statement.
    func finishCopy() throws {
        guard let running else { return }
        self.running = nil
        try running.copy.finish()
    }

    func execute(_ script: String) throws {
        try finishCopy()
        try connection.execute(script: script)
    }

    func execute(_ statement: Query) throws {
        try begin()
        _ = try connection.run(statement)
    }

    func commit() throws {
        try finishCopy()
        guard isOpen else { return }
        isOpen = false
        try connection.execute(script: "COMMIT")
    }
}
