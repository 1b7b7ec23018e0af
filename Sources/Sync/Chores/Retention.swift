package import Posix

/// How long things are kept; all of it bounds the disk.
package struct Retention: Sendable {
    /// Jobs with their attempts and logs, and catalogs that were discovered and not used. `SWIFTLET_KEEP_JOBS_DAYS`; Airbyte keeps six months.
    package var jobs = Duration.seconds(180 * 86_400)
    /// Logs of attempts. `SWIFTLET_KEEP_LOGS_DAYS`
    package var logs = Duration.seconds(30 * 86_400)
    /// Log files of the programs. `SWIFTLET_KEEP_SERVER_LOGS_DAYS`
    package var serverLogs = Duration.seconds(14 * 86_400)
    /// Ended workflow runs. `SWIFTLET_KEEP_RUNS_DAYS`
    package var runs = Duration.seconds(30 * 86_400)
    /// Ended workflow runs at most, the oldest go first. `SWIFTLET_KEEP_RUNS`
    package var runCount = 1_000_000

    /// Events of connections, unless their job goes first. `SWIFTLET_KEEP_EVENTS_DAYS`; Airbyte keeps 18 months.
    package var events = Duration.seconds(540 * 86_400)
    /// Events at most, the oldest go first. `SWIFTLET_KEEP_EVENTS`
    package var eventCount = 1_000_000

    /// The audit log. `SWIFTLET_KEEP_AUDIT_DAYS`
    package var audit = Duration.seconds(365 * 86_400)
    /// Answers to requests that came with an `Idempotency-Key`.
    package let requests = Duration.seconds(86_400)

    package init() {}

    /// Reads the variables named above; one that holds no positive number keeps its default.
    package init(environment: Environment) {
        func days(_ name: String, _ fallback: Duration) -> Duration {
            guard let days = environment["SWIFTLET_KEEP_\(name)_DAYS"].flatMap(Double.init), days > 0, days < 1e6 else {
                return fallback
            }
            return .seconds(days * 86_400)
        }
        jobs = days("JOBS", jobs)
        logs = days("LOGS", logs)
        serverLogs = days("SERVER_LOGS", serverLogs)
        runs = days("RUNS", runs)
        events = days("EVENTS", events)
        audit = days("AUDIT", audit)
        func count(_ name: String, _ fallback: Int) -> Int {
            environment["SWIFTLET_KEEP_\(name)"].flatMap(Int.init).flatMap { $0 > 0 ? $0 : nil } ?? fallback
        }
        runCount = count("RUNS", runCount)
        eventCount = count("EVENTS", eventCount)
    }
}
