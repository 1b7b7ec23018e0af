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

    func round() async throws -> Duration {
        let process = ProcessIdentity.current
        let lasts = try await database.read { session in
            try session.value(
                """
                SELECT 1 FROM worker
                WHERE host = \(process.host) AND pid = \(Int(process.pid))
                  AND process_started = \(Int64(bitPattern: process.startTime))
                  AND ended_at IS NULL AND lease_until > \(session.dialect.now)
                """, as: Int.self) != nil
        }
        guard lasts else { throw SettingsError("This worker holds no lease that lasts.") }
        return period
    }
}
