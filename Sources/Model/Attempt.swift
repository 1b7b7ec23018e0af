package import Airbyte
package import Time

/// One try at carrying out a job.
package struct Attempt: Sendable, Hashable {
    package enum Status: String, Sendable, Codable, CaseIterable { case running, failed, succeeded }

    package var jobID: JobID
    /// Counted from 0 within the job.
    package var number: Int
    package var status: Status
    package var stats: AttemptStats
    package var failures: [FailureReason]
    package var createdAt: Instant
    package var updatedAt: Instant
    package var endedAt: Instant?

    package init(
        jobID: JobID, number: Int, status: Status, stats: AttemptStats, failures: [FailureReason], createdAt: Instant,
        updatedAt: Instant, endedAt: Instant?
    ) {
        self.jobID = jobID
        self.number = number
        self.status = status
        self.stats = stats
        self.failures = failures
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.endedAt = endedAt
    }
}
