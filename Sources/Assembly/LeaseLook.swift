import Log
import Posix
import SQL
import Service

/// Looks, as anybody could, whether the database knows this process as a worker whose lease lasts. What a worker's
/// health rests on: one that holds no lease carries out nothing.
struct LeaseLook: RecurringService {
    let database: any Database
    let period: Duration
    let log: Log

    /// Returns as soon as the lease lasts; throws where nothing can be learnt of it.
    func round() async throws -> Duration {
        while try await !lasts() { try await Task.sleep(for: .milliseconds(500)) }
        return period
    }

    private func lasts() async throws -> Bool {
        let process = ProcessIdentity.current
        return try await database.read { session in
            try session.value(
                """
                SELECT 1 FROM worker
                WHERE host = \(process.host) AND pid = \(Int(process.pid))
                  AND process_started = \(Int64(bitPattern: process.startTime))
                  AND ended_at IS NULL AND lease_until > \(session.dialect.now)
                """, as: Int.self) != nil
        }
    }
}
