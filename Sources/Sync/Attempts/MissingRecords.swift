package import Airbyte
package import Model
package import SQL
import Store

/// Looks whether a job that succeeds brought nothing where earlier ones brought rows.
///
/// Only of streams that the job read from their beginning: full refreshes, and what it refreshed. An incremental stream
/// that has nothing new is as it should be.
package struct MissingRecords: Sendable {
    private static let jobsLookedAt = 10

    package init() {}

    /// `job` is about to succeed.
    package func warnings(for job: Job, in session: any Session) throws -> [AttemptWarning] {
        guard job.kind != .reset else { return [] }
        let emitted = Self.emitted(in: try session.attempts(of: job.id))
        let empty = try session.connection(job.connectionID).catalog.streams.filter { stream in
            emitted[stream.descriptor] == 0
                && (stream.syncMode == .fullRefresh || job.refreshes.contains { $0.stream == stream.descriptor })
        }
        guard !empty.isEmpty else { return [] }
        var filter = JobFilter()
        filter.connection = job.connectionID
        filter.kinds = Job.Kind.allCases.filter { $0 != .reset }
        filter.statuses = [.succeeded]
        filter.limit = Self.jobsLookedAt
        let earlier = try session.jobs(filter).map(\.id).filter { $0 != job.id }
        let before = Self.emitted(in: try session.attempts(of: earlier).values.flatMap { $0 })
        return empty.map(\.descriptor).filter { before[$0, default: 0] > 0 }.map { stream in
            AttemptWarning(
                .noRecords,
                "The stream \(stream) was read from its beginning and brought no records, though one of the last "
                    + "\(Self.jobsLookedAt) successful jobs did. Look whether the source still has them and may still be "
                    + "read.", stream: stream)
        }
    }

    private static func emitted(in attempts: [Attempt]) -> [StreamDescriptor: Int64] {
        attempts.flatMap(\.stats.streams).reduce(into: [:]) { $0[$1.descriptor, default: 0] += $1.recordsEmitted }
    }
}
