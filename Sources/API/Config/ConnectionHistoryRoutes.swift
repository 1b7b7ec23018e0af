import Airbyte
import HTTP
import JSON
import Model
import SQL
import Schedule
import Store
import Time

/// `/api/v1/connections`: what the jobs of the past have come to.
struct ConnectionHistoryRoutes: Sendable {
    private static let mostJobs = 200
    private static let days: Int64 = 30

    let services: APIServices

    var routes: [Route] {
        [
            .config("connections/history/uptime", "getConnectionUptimeHistory", history),
            .config("connections/history/data", "getConnectionDataHistory", history),
            .config("connections/stream_history", "getConnectionStreamHistory", streams),
            .config("connections/last_job_per_stream", "getConnectionLastJobPerStream", lastJobs),
        ]
    }

    /// The newest jobs that have ended, the oldest of them first, as they stand in a chart.
    func history(_ body: Body) async throws -> JSON {
        let id: ConnectionID = try body.required("connectionId")
        let count: Int = try body.optional("numberOfJobs") ?? 8
        guard (1...Self.mostJobs).contains(count) else {
            throw Problem.badRequest("numberOfJobs must be a number from 1 to \(Self.mostJobs).")
        }
        return try await services.database.read { session in
            _ = try session.connection(id)
            var filter = JobFilter()
            filter.connection = id
            filter.statuses = [.succeeded, .failed, .cancelled]
            filter.limit = count
            return .array(try session.records(of: session.jobs(filter)).reversed().map(\.resultWire))
        }
    }

    /// What each stream has brought on each of the last 30 days, as the clocks of a place count them.
    func streams(_ body: Body) async throws -> JSON {
        let id: ConnectionID = try body.required("connectionId")
        guard let name = try body.text("timezone", atMost: 100) else { throw Problem.missing("timezone") }
        let zone: TimeZone
        do throws(ScheduleError) { zone = try TimeZone.named(name) } catch {
            throw Problem.badRequest("timezone: \(error.message)")
        }
        let today = zone.startOfDay(of: services.clock.now)
        let first = zone.startOfDay(of: Instant(seconds: today.seconds - (Self.days - 1) * 86_400))
        return try await services.database.read { session in
            _ = try session.connection(id)
            var brought: [StreamDay: Int64] = [:]
            var filter = JobFilter()
            filter.connection = id
            filter.createdFrom = first
            filter.limit = 500
            while true {
                let jobs = try session.jobs(filter)
                for record in try session.records(of: jobs) {
                    let day = zone.startOfDay(of: record.job.createdAt).seconds
                    for stream in record.totals {
                        brought[StreamDay(day: day, stream: stream.descriptor), default: 0] += stream.recordsCommitted
                    }
                }
                if jobs.count < filter.limit { break }
                filter.offset += filter.limit
            }
            return .array(brought.sorted { $0.key < $1.key }.map { $0.key.wire($0.value) })
        }
    }

    /// Of each stream that is moved now, the newest job that moved it.
    func lastJobs(_ body: Body) async throws -> JSON {
        let id: ConnectionID = try body.required("connectionId")
        return try await services.database.read { session in
            let connection = try session.connection(id)
            var filter = JobFilter()
            filter.connection = id
            filter.limit = Self.mostJobs
            var found: [StreamDescriptor: JSON] = [:]
            let wanted = connection.catalog.streams.map(\.descriptor)
            for record in try session.records(of: session.jobs(filter)) where found.count < wanted.count {
                for stream in record.totals where wanted.contains(stream.descriptor) && found[stream.descriptor] == nil
                {
                    found[stream.descriptor] = record.lastJobWire(stream)
                }
            }
            return .array(wanted.compactMap { found[$0] })
        }
    }
}

/// What a stream did on a day.
private struct StreamDay: Hashable, Comparable {
    let day: Int64
    let stream: StreamDescriptor

    static func < (left: StreamDay, right: StreamDay) -> Bool {
        (left.day, left.stream.namespace ?? "", left.stream.name)
            < (right.day, right.stream.namespace ?? "", right.stream.name)
    }

    func wire(_ records: Int64) -> JSON {
        var members = stream.orderedWire
        members["timestamp"] = .integer(day)
        members["recordsCommitted"] = .integer(records)
        return .object(members)
    }
}

extension JobRecord {
    fileprivate var resultWire: JSON {
        let totals = totals
        var members: JSONObject = [
            "jobId": .integer(job.id), "jobCreatedAt": .seconds(job.createdAt),
            "jobUpdatedAt": .seconds(job.updatedAt), "configType": .string(job.kind.rawValue),
        ]
        for (key, value) in totals.reduce(StreamCounts(), { $0 + $1.counts }).movedWire { members[key] = value }
        members["streamStatuses"] = .array(
            totals.map { stream in
                var item = stream.descriptor.orderedWire
                item["status"] = .string(status(of: stream).rawValue)
                return .object(item)
            })
        return .object(members)
    }

    /// A stream may be complete in a job that failed, and is never worse off than its job.
    private func status(of stream: AttemptStats.Stream) -> Job.Status {
        stream.status == "complete" ? .succeeded : job.status
    }

    fileprivate func lastJobWire(_ stream: AttemptStats.Stream) -> JSON {
        var members = stream.descriptor.orderedWire
        members["jobId"] = .integer(job.id)
        members["configType"] = .string(job.kind.rawValue)
        members["jobStatus"] = .string(job.status.rawValue)
        members["recordsCommitted"] = .integer(stream.recordsCommitted)
        members["bytesCommitted"] = .integer(stream.bytesCommitted)
        members["startedAt"] = .seconds(job.startedAt ?? job.createdAt)
        members["endedAt"] = .seconds(attempts.last?.endedAt ?? job.updatedAt)
        return .object(members)
    }
}
