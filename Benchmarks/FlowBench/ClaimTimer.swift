import Posix
import SQL
import Synchronization

/// A database that notes how long each transaction took that claimed something.
final class ClaimTimer: Database {
    private let database: any Database
    private let taken = Mutex<[Double]>([])

    init(_ database: any Database) { self.database = database }

    /// In milliseconds, from asking for the transaction until it has committed.
    var times: [Double] { taken.withLock { $0 } }

    func forget() { taken.withLock { $0 = [] } }

    var dialect: Dialect { database.dialect }

    func read<Value: Sendable>(_ body: @escaping @Sendable (any Session) throws -> Value) async throws -> Value {
        try await database.read(body)
    }

    func write<Value: Sendable>(_ body: @escaping @Sendable (any Session) throws -> Value) async throws -> Value {
        let asked = BootClock.now
        let (value, hasClaimed) = try await database.write { session in
            let watched = WatchedSession(session)
            return (try body(watched), watched.hasClaimed)
        }
        if hasClaimed { taken.withLock { $0.append((BootClock.now - asked) / .milliseconds(1)) } }
        return value
    }

    func notices(on channel: String) -> AsyncStream<Void> { database.notices(on: channel) }

    func close() async { await database.close() }
}

/// Notices the statement that claims, and whether it found something.
private final class WatchedSession: Session {
    private let session: any Session
    private(set) var hasClaimed = false

    init(_ session: any Session) { self.session = session }

    var dialect: Dialect { session.dialect }

    func rows(_ query: Query) throws -> [Row] {
        let rows = try session.rows(query)
        if !rows.isEmpty, query.text.contains("SET state = 'running'") { hasClaimed = true }
        return rows
    }

    func run(_ query: Query) throws -> Int { try session.run(query) }

    func notify(_ channel: String) throws { try session.notify(channel) }
}
