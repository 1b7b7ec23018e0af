import Airbyte
package import Log
import Model
package import SQL
import Service
import Store
import Time

/// Fails jobs whose workflow has ended without them, so that no job is live for ever.
package struct StrandedJobCloser: RecurringService {
    private let database: any Database
    private let ender: JobEnder
    package let period: Duration
    package let log: Log

    package init(
        database: any Database, watch: FailureWatch = FailureWatch(), period: Duration = .seconds(10), log: Log
    ) {
        self.database = database
        ender = JobEnder(watch: watch, log: log)
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
        let closed = try await database.write { [ender] session in
            let now = Instant(microseconds: try session.now())
            return try session.strandedJobs().filter { try ender.fail($0, in: session, at: now) }
        }
        for job in closed { log.error("Job \(job.id) was failed. \(job.sentence)") }
    }
}

extension JobEnder {
    /// Fails a job that its workflow has left behind. Returns false where it has ended meanwhile.
    func fail(_ stranded: StrandedJob, in session: any Session, at now: Instant) throws -> Bool {
        let job = try session.lockedJob(stranded.id)
        guard !job.status.isTerminal else { return false }
        try fail(
            job, because: [FailureReason(.platform, .system, stranded.sentence, at: now)], in: session, at: now)
        return true
    }
}

extension StrandedJob {
    fileprivate var sentence: String {
        cause.map { "The workflow of this job ended without a result: \($0)" }
            ?? "The workflow of this job ended without a result; see the log of the workers."
    }
}
