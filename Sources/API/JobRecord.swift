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

    /// What the job has moved, stream by stream. A stream that every attempt reads from its beginning counts as its
    /// last attempt left it; of one that goes on, all attempts are added up.
    var totals: [AttemptStats.Stream] {
        var order: [StreamDescriptor] = []
        var totals: [StreamDescriptor: AttemptStats.Stream] = [:]
        for stream in attempts.flatMap(\.stats.streams) {
            guard let before = totals[stream.descriptor], !restarts(stream.descriptor) else {
                if totals[stream.descriptor] == nil { order.append(stream.descriptor) }
                totals[stream.descriptor] = stream
                continue
            }
            totals[stream.descriptor] = before + stream
        }
        return order.compactMap { totals[$0] }
    }

    private func restarts(_ stream: StreamDescriptor) -> Bool {
        guard let configured = connection.catalog.streams.first(where: { $0.descriptor == stream }) else {
            return false
        }
        return configured.syncMode == .fullRefresh && configured.stream.isResumable != true
    }
}

extension AttemptStats.Stream {
    fileprivate static func + (one: Self, other: Self) -> Self {
        AttemptStats.Stream(
            descriptor: one.descriptor, recordsEmitted: one.recordsEmitted + other.recordsEmitted,
            bytesEmitted: one.bytesEmitted + other.bytesEmitted,
            recordsCommitted: one.recordsCommitted + other.recordsCommitted,
            bytesCommitted: one.bytesCommitted + other.bytesCommitted,
            recordsRejected: one.recordsRejected + other.recordsRejected, status: other.status)
    }
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
