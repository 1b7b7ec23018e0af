import Airbyte
import HTTP
import JSON
import Model
import Posix
import SQL
import Store
import Time

/// `/api/v1/stream_statuses`: how the streams of attempts stand, as the attempts themselves tell it.
struct StreamStatusRoutes: Sendable {
    private static let mostJobs = 50

    let services: APIServices

    var routes: [Route] {
        [
            .config("stream_statuses/list", "getStreamStatuses", list),
            .config("stream_statuses/latest_per_run_state", "getStreamStatusesByRunState", latest),
        ]
    }

    private enum JobType: String, WireReadable, CaseIterable { case sync, reset }

    /// The newest first.
    func list(_ body: Body) async throws -> JSON {
        let workspace: WorkspaceID = try body.required("workspaceId")
        let page = try RowPage(body)
        let number: Int? = try body.optional("attemptNumber")
        let name: String? = try body.optional("streamName")
        let namespace: String? = try body.optional("streamNamespace")
        let type: JobType? = try body.optional("jobType")
        let job: JobID? = try body.optional("jobId")
        var filter = JobFilter()
        filter.workspaces = [workspace]
        filter.connection = try body.optional("connectionId")
        filter.kinds = type.map { $0 == .reset ? [.reset] : [.sync, .refresh] } ?? []
        filter.limit = Self.mostJobs
        return try await services.database.read { [filter] session in
            _ = try session.workspace(workspace)
            let jobs = try job.map { [try session.job($0)] } ?? session.jobs(filter)
            let all = try session.records(of: jobs).filter { $0.connection.workspaceID == workspace }
                .flatMap(\.streamStatuses).filter { status in
                    number.map { status.attempt.number == $0 } ?? true
                        && name.map { status.stream.descriptor.name == $0 } ?? true
                        && namespace.map { status.stream.descriptor.namespace == $0 } ?? true
                }
            return ["streamStatuses": .array(all.dropFirst(page.offset).prefix(page.size).map(\.wire))]
        }
    }

    /// For each stream, the newest status in each state.
    func latest(_ body: Body) async throws -> JSON {
        let id: ConnectionID = try body.required("connectionId")
        return try await services.database.read { session in
            _ = try session.connection(id)
            var filter = JobFilter()
            filter.connection = id
            filter.limit = Self.mostJobs
            var seen: Set<[String]> = []
            let all = try session.records(of: session.jobs(filter)).flatMap(\.streamStatuses).filter { status in
                let stream = status.stream.descriptor
                return seen.insert([stream.namespace ?? "", stream.name, status.state]).inserted
            }
            return ["streamStatuses": .array(all.map(\.wire))]
        }
    }
}

/// How a stream stood in an attempt.
private struct StreamStatus {
    let job: Job
    let connection: Connection
    let attempt: Attempt
    let stream: AttemptStats.Stream

    var state: String {
        switch (stream.status, attempt.status) {
        case ("complete", _), (nil, .succeeded): "COMPLETE"
        case (nil, .running): "PENDING"
        case (_, .running): "RUNNING"
        default: "INCOMPLETE"
        }
    }

    var wire: JSON {
        var members = stream.descriptor.orderedWire
        members["id"] = .string(id.description)
        members["workspaceId"] = .id(connection.workspaceID)
        members["connectionId"] = .id(connection.id)
        members["jobId"] = .integer(job.id)
        members["attemptNumber"] = .integer(attempt.number)
        members["jobType"] = job.kind == .reset ? "RESET" : "SYNC"
        members["runState"] = .string(state)
        if state == "INCOMPLETE" { members["incompleteRunCause"] = job.status == .cancelled ? "CANCELED" : "FAILED" }
        members["transitionedAt"] = .integer((attempt.endedAt ?? attempt.updatedAt).milliseconds)
        return .object(members)
    }

    /// The same for the same stream of the same attempt, since there is no row to have one.
    private var id: UUID {
        let text = "\(job.id)/\(attempt.number)/\(stream.descriptor.namespace ?? "")/\(stream.descriptor.name)"
        var halves: [UInt64] = []
        for start: UInt64 in [0xcbf2_9ce4_8422_2325, 0x8422_2325_cbf2_9ce4] {
            halves.append(text.utf8.reduce(start) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 })
        }
        let digits = halves.map { half in
            let text = String(half, radix: 16)
            return String(repeating: "0", count: 16 - text.utf8.count) + text
        }.joined()
        var parts = ""
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { parts += "-" }
            parts.append(digit)
        }
        return UUID(parts) ?? .zero
    }
}

extension JobRecord {
    /// Those of the newest attempt first.
    fileprivate var streamStatuses: [StreamStatus] {
        attempts.reversed().flatMap { attempt in
            attempt.stats.streams.map { StreamStatus(job: job, connection: connection, attempt: attempt, stream: $0) }
        }
    }
}
