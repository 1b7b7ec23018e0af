import Airbyte
package import Log
package import SQL
import Service
import Store
import Time

/// Fails jobs whose workflow has ended without them, so that no job is live for ever.
package struct StrandedJobCloser: RecurringService {
    private let database: any Database
    package let period: Duration
    package let log: Log

    package init(database: any Database, period: Duration = .seconds(10), log: Log) {
        self.database = database
        self.period = period
        self.log = log.named("stranded-job-closer")
    }

    package func round() async throws -> Duration {
        try await close()
        return period
    }

    package func close() async throws {
        // There are next to none, and looking takes no lock.
        guard try await !database.read({ try $0.strandedJobs() }).isEmpty else { return }
        let closed = try await database.write { session in
            let now = Instant(microseconds: try session.now())
            return try session.failStrandedJobs(
                because: FailureReason(
                    .platform, .system, "The workflow of this job ended without a result; see the log of the workers.",
                    at: now), at: now)
        }
        for job in closed { log.error("Job \(job) was failed: its workflow had ended without it.") }
    }
}
