import Access
import HTTP
import JSON
import Model
import SQL
import Store

/// `/api/v1/jobs`.
struct JobRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [
            .config("jobs/get", "getJobInfo", get),
            .config("jobs/get_without_logs", "getJobInfoWithoutLogs", getWithoutLogs),
            .config("jobs/get_light", "getJobInfoLight", getLight),
            .config("jobs/get_debug_info", "getJobDebugInfo", getDebugInfo),
            .config("jobs/get_last_replication_job", "getLastReplicationJob", getLastReplicationJob),
            .config("jobs/list", "listJobsFor", list),
            .config("jobs/cancel", "cancelJob", cancel),
            Route(.get, "/api/v1/jobs/{id}", "getJobById") { request in
                let id = try request.jobID("id")
                return .answer(try await record(id).lightWire)
            },
        ]
    }

    func get(_ body: Body) async throws -> JSON {
        let id: JobID = try body.required("id")
        let (record, logs) = try await services.database.readOnce { try $0.recordWithLogs(ofJob: id) }
        return record.wire(logs: logs)
    }

    func getWithoutLogs(_ body: Body) async throws -> JSON { try await record(body.required("id")).wire() }

    func getLight(_ body: Body) async throws -> JSON { try await record(body.required("id")).lightWire }

    func getDebugInfo(_ body: Body) async throws -> JSON {
        let id: JobID = try body.required("id")
        return try await services.database.read { session in
            let (record, logs) = try session.recordWithLogs(ofJob: id)
            var job = record.jobWire
            job["airbyteVersion"] = .string(services.version)
            job["sourceDefinition"] = try session.definition(.source, behind: record.connection.sourceID)?.wire
            job["destinationDefinition"] =
                try session.definition(.destination, behind: record.connection.destinationID)?.wire
            return ["job": job, "attempts": record.attemptsWire(logs: logs)]
        }
    }

    func getLastReplicationJob(_ body: Body) async throws -> JSON {
        var filter = JobFilter()
        filter.connection = try body.required("connectionId", as: ConnectionID.self)
        filter.limit = 1
        let asked = filter
        let newest = try await services.database.read { session in
            _ = try asked.connection.map { try session.connection($0) }
            return try session.jobs(asked).first.map { try session.record(of: $0) }
        }
        return JSON(present: ["job": newest?.jobWire])
    }

    func list(_ body: Body) async throws -> JSON {
        let list = try JobList(body)
        let visible = body.caller.visibleWorkspaces
        let (records, count) = try await services.database.read { session in
            var filter = try list.filter(in: session)
            filter.restrict(to: visible)
            return (try session.records(of: session.jobs(filter)), try session.countJobs(filter))
        }
        return ["jobs": .array(records.map(\.listWire)), "totalJobCount": .integer(count)]
    }

    func cancel(_ body: Body) async throws -> JSON {
        let job = try await services.orders.cancel(try body.required("id"))
        return try await services.database.read { try $0.record(of: job).wire() }
    }

    private func record(_ id: JobID) async throws -> JobRecord {
        try await services.database.readOnce { try $0.record(ofJob: id) }
    }
}

extension Session {
    /// Nil where the connector has been deleted since.
    fileprivate func definition(_ kind: ConnectorKind, behind id: ConnectorID) throws -> ConnectorDefinition? {
        do { return try definition(of: connector(kind, id)) } catch let error as StoreError
            where error.code == .notFound
        { return nil }
    }
}

extension HTTPRequest {
    /// The number of a job in the path.
    func jobID(_ parameter: String) throws -> JobID {
        guard let id = parameters[parameter].flatMap({ JobID($0) }) else {
            throw Problem.badRequest("The id of a job is a whole number.")
        }
        return id
    }
}
