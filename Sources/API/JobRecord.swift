import Airbyte
import Model
import SQL
import Store
import Time

/// A job with what an answer tells of it besides.
struct JobRecord: Sendable {
    let job: Job
    /// Oldest first. A job that has not ended is never shown without one: Prefect reads the last, asking nothing.
    let attempts: [Attempt]
    let connection: Connection

    init(job: Job, attempts: [Attempt], connection: Connection) {
        self.job = job
        let isAwaited = attempts.isEmpty && !job.status.isTerminal
        self.attempts =
            isAwaited
            ? [
                Attempt(
                    jobID: job.id, number: 0, status: .running, stats: AttemptStats(), failures: [],
                    createdAt: job.createdAt, updatedAt: job.updatedAt, endedAt: nil)
            ] : attempts
        self.connection = connection
    }

    /// What the job has moved, stream by stream.
    var totals: [AttemptStats.Stream] { attempts.totals(in: connection.catalog) }
}

extension Session {
    func record(of job: Job) throws -> JobRecord {
        JobRecord(job: job, attempts: try attempts(of: job.id), connection: try connection(job.connectionID))
    }

    /// Keeps the order of the jobs.
    func records(of jobs: [Job]) throws -> [JobRecord] {
        let attempts = try attempts(of: jobs.map(\.id))
        var connections: [ConnectionID: Connection] = [:]
        for id in Set(jobs.map(\.connectionID)) { connections[id] = try connection(id) }
        return jobs.compactMap { job in
            connections[job.connectionID].map { connection in
                JobRecord(job: job, attempts: attempts[job.id] ?? [], connection: connection)
            }
        }
    }
}
