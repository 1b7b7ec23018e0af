import Airbyte
import Model
import SQL
import Store
import Time

/// A job with what an answer tells of it besides.
struct JobRecord: Sendable {
    let job: Job
    /// Oldest first. No job is shown without one: Prefect reads the last, asking nothing.
    let attempts: [Attempt]
    let connection: Connection

    init(job: Job, attempts: [Attempt], connection: Connection) {
        self.job = job
        self.attempts = attempts.isEmpty ? [Self.standIn(for: job)] : attempts
        self.connection = connection
    }

    /// An attempt that is still to come, or that never came because the job was cancelled before.
    private static func standIn(for job: Job) -> Attempt {
        let status: Attempt.Status =
            job.status == .succeeded ? .succeeded : job.status.isTerminal ? .failed : .running
        return Attempt(
            jobID: job.id, number: 0, status: status, stats: AttemptStats(), failures: [], createdAt: job.createdAt,
            updatedAt: job.updatedAt, endedAt: job.status.isTerminal ? job.updatedAt : nil)
    }

    /// What the job has moved, stream by stream.
    var totals: [AttemptStats.Stream] { attempts.totals(in: connection.catalog) }
}

extension Session {
    func record(ofJob id: JobID) throws -> JobRecord {
        let found = try wholeJob(id)
        return JobRecord(job: found.job, attempts: found.attempts, connection: found.connection)
    }

    /// With the ends of its attempts' logs, by their numbers.
    func recordWithLogs(ofJob id: JobID) throws -> (record: JobRecord, logs: [Int: AttemptLogTail]) {
        let found = try wholeJob(id, logBytes: AttemptLog.mostBytes)
        let record = JobRecord(job: found.job, attempts: found.attempts, connection: found.connection)
        return (record, found.logs)
    }

    func record(of job: Job) throws -> JobRecord {
        JobRecord(job: job, attempts: try attempts(of: job.id), connection: try connection(job.connectionID))
    }

    /// Keeps the order of the jobs.
    func records(of jobs: [Job]) throws -> [JobRecord] {
        let attempts = try attempts(of: jobs.map(\.id))
        let all = try connections(Array(Set(jobs.map(\.connectionID)))).map { ($0.id, $0) }
        let connections = Dictionary(all) { first, _ in first }
        return jobs.compactMap { job in
            connections[job.connectionID].map { connection in
                JobRecord(job: job, attempts: attempts[job.id] ?? [], connection: connection)
            }
        }
    }
}
