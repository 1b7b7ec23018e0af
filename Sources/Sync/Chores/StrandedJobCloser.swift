import Airbyte
package import Log
package import SQL
import Service
import Store
import Time

/// Fails jobs whose workflow has ended without them, so that no job is live for ever.
package struct StrandedJobCloser: Service {
    private let database: any Database
    private let period: Duration
    private let log: Log

    package init(database: any Database, period: Duration = .seconds(10), log: Log) {
        self.database = database
        self.period = period
        self.log = log.named("stranded-job-closer")
    }

    package func run() async throws {
        while !Task.isCancelled {
            do { try await close() } catch  where !Task.isCancelled {
                log.error("Stranded jobs could not be looked for; trying again: \(error)")
            }
            try await Task.sleep(for: period)
        }
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
