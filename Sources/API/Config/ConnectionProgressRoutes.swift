import Airbyte
import HTTP
import JSON
import Model
import SQL
import Store
import Time

/// `/api/v1/connections`: how connections stand, and what the job under way has moved.
struct ConnectionProgressRoutes: Sendable {
    static let mostConnections = 1000

    let services: APIServices

    var routes: [Route] {
        [
            .config("connections/status", "getConnectionStatuses", statuses),
            .config("connections/sync_progress", "getConnectionSyncProgress", progress),
        ]
    }

    /// In the order in which they are asked for.
    func statuses(_ body: Body) async throws -> JSON {
        let ids: [ConnectionID] = try body.required("connectionIds")
        guard ids.count <= Self.mostConnections else {
            throw Problem.badRequest("connectionIds may name \(Self.mostConnections) connections at most.")
        }
        return try await services.database.read { session in
            .array(try ids.map { try session.progress(of: session.connection($0)).wire })
        }
    }

    func progress(_ body: Body) async throws -> JSON {
        let id: ConnectionID = try body.required("connectionId")
        return try await services.database.read { session in
            _ = try session.connection(id)
            guard let job = try session.liveJob(of: id) else { return ["connectionId": .id(id), "streams": []] }
            return try session.record(of: job).progressWire
        }
    }
}

/// How a connection stands, by its newest jobs.
struct ConnectionProgress: Sendable {
    let connection: Connection
    /// The newest, whatever became of it.
    let last: JobRecord?
    /// When the last one that succeeded ended.
    let lastSuccess: Instant?

    private var active: JobRecord? { last.flatMap { $0.job.status.isTerminal ? nil : $0 } }

    /// Why the newest job failed.
    private var failure: FailureReason? {
        guard let last, last.job.status == .failed else { return nil }
        return last.attempts.last?.failures.first
    }

    /// In the order in which Airbyte decides.
    private var status: String {
        if let active { return active.job.status == .pending ? "queued" : "running" }
        let isMisconfigured =
            last?.job.status == .failed && last?.attempts.last?.failures.contains { $0.kind == .config } == true
        if connection.hasBreakingChange || isMisconfigured { return "failed" }
        guard connection.status == .active else { return "paused" }
        guard let job = last?.job else { return "pending" }
        if job.status == .cancelled { return "incomplete" }
        if job.kind == .reset { return "pending" }
        return job.status == .failed ? "incomplete" : "synced"
    }

    var wire: JSON {
        JSON(present: [
            "connectionId": .id(connection.id), "connectionSyncStatus": .string(status),
            "scheduleData": connection.schedule.wire["scheduleData"],
            "lastSuccessfulSync": lastSuccess.map(JSON.seconds), "activeJob": active?.jobWire,
            "lastSyncJobId": last.map { .integer($0.job.id) },
            "lastSyncAttemptNumber": last?.attempts.last.map { .integer($0.number) },
            "lastSyncJobCreatedAt": last.map { .seconds($0.job.createdAt) }, "failureReason": failure?.wire,
        ])
    }
}

extension Session {
    func progress(of connection: Connection) throws -> ConnectionProgress {
        var newest = JobFilter()
        newest.connection = connection.id
        newest.limit = 1
        var succeeded = newest
        succeeded.statuses = [.succeeded]
        succeeded.kinds = [.sync, .refresh]
        return ConnectionProgress(
            connection: connection, last: try jobs(newest).first.map { try record(of: $0) },
            lastSuccess: try jobs(succeeded).first?.updatedAt)
    }
}

extension JobRecord {
    fileprivate var progressWire: JSON {
        let totals = totals
        var members: JSONObject = [
            "connectionId": .id(job.connectionID), "jobId": .integer(job.id),
            "configType": .string(job.kind.rawValue), "syncStartedAt": .seconds(job.startedAt ?? job.createdAt),
        ]
        for (key, value) in totals.reduce(StreamCounts(), { $0 + $1.counts }).movedWire { members[key] = value }
        let chosen = job.streams.isEmpty ? connection.catalog.streams.map(\.descriptor) : job.streams
        let known = Dictionary(totals.map { ($0.descriptor, $0.counts) }) { first, _ in first }
        members["streams"] = .array(
            chosen.map { stream in
                var item = stream.orderedWire
                item["configType"] = .string(job.kind.rawValue)
                for (key, value) in (known[stream] ?? StreamCounts()).movedWire { item[key] = value }
                return .object(item)
            })
        return .object(members)
    }
}

extension StreamCounts {
    var movedWire: JSONObject {
        [
            "recordsEmitted": .integer(recordsEmitted), "recordsCommitted": .integer(recordsCommitted),
            "recordsRejected": .integer(recordsRejected), "bytesEmitted": .integer(bytesEmitted),
            "bytesCommitted": .integer(bytesCommitted),
        ]
    }
}

extension StreamDescriptor {
    /// As statistics spell it.
    var orderedWire: JSONObject {
        var members: JSONObject = ["streamName": .string(name)]
        members["streamNamespace"] = namespace.map(JSON.string)
        return members
    }
}
