import Posix
package import SQL

/// A store in one SQLite file, which belongs to this process: one writer and a few readers.
///
/// A process killed at any point leaves the file as of the last commit.
package final class SQLiteDatabase: Database {
    package let dialect = Dialect.sqlite
    private let writer: Pool<SQLiteWorker>
    private let readers: Pool<SQLiteWorker>
    private let board = NoticeBoard()

    /// Opens `path`, making the file where there is none.
    package static func open(path: String, readers: Int = 8) async throws -> SQLiteDatabase {
        let database = SQLiteDatabase(path: path, readers: readers)
        do {
            try await database.writer.lend { writer in try await blocking { try writer.open() } }
        } catch {
            await database.close()
            throw error
        }
        return database
    }

    /// The file that `sqlite:///absolute/path` names; nil for anything else.
    package static func path(url: String) -> String? {
        guard url.hasPrefix("sqlite:///"), url.count > 10, !url.utf8.contains(0) else { return nil }
        return String(url.dropFirst(9))
    }

    private init(path: String, readers: Int) {
        writer = Pool(limit: 1) { SQLiteWorker(path: path, access: .create) }
        self.readers = Pool(limit: readers) { SQLiteWorker(path: path, access: .readOnly) }
    }

    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any Session) throws -> Value
    ) async throws -> Value {
        try await readers.lend { reader in try await blocking { try reader.transaction("BEGIN", body).value } }
    }

    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (any Session) throws -> Value
    ) async throws -> Value {
        let (value, notices) = try await writer.lend { writer in
            try await blocking { try writer.transaction("BEGIN IMMEDIATE", body) }
        }
        for channel in notices { board.post(channel) }
        return value
    }

    package func notices(on channel: String) -> AsyncStream<Void> {
        board.stream(on: channel)
    }

    /// Also empties the log that writers leave behind, which readers that follow one another closely can keep from
    /// ever being begun anew.
    package func reclaim() async throws {
        while try await writer.lend({ writer in try await blocking { try writer.shrink() } }) {}
        try await writer.lend { writer in try await blocking { try writer.checkpoint() } }
    }

    package func close() async {
        board.finish()
        let workers = await readers.close() + writer.close()
        // What is closed last empties the write-ahead log, which takes its time.
        _ = try? await blocking { for worker in workers { worker.close() } }
    }
}
