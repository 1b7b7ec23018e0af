import Log
import Posix
import Service
import Time

/// Deletes the programs' log files that are older than their retention.
struct LogFilePruner: RecurringService {
    let directory: String
    let retention: Duration
    let period: Duration
    let log: Log

    func round() async throws -> Duration {
        prune(now: SystemClock().now)
        return period
    }

    /// A file goes once its whole day is older than the retention.
    func prune(now: Instant) {
        let names = (try? Directory.entries(directory)) ?? []
        for name in names {
            guard let day = LogFile.day(of: name), day + .seconds(86_400) < now - retention else { continue }
            do { try Directory.remove("\(directory)/\(name)") } catch {
                log.warning("An old log file could not be deleted: \(error)")
            }
        }
    }
}
