import Access
import HTTP
import JSON
import Model
import SQL
import Store

/// `/api/public/v1/jobs`.
struct PublicJobRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        let path = Interface.publicPrefix + "/jobs"
        return [
            Route(.get, path, "public.listJobs") { request in .answer(try await list(request)) },
            Route(.post, path, "public.createJob") { request in .answer(try await create(Body(request))) },
            Route(.get, path + "/{jobId}", "public.getJob") { request in
                .answer(try await get(request.jobID("jobId")))
            },
            Route(.delete, path + "/{jobId}", "public.cancelJob") { request in
                .answer(try await cancel(request.jobID("jobId")))
            },
        ]
    }

    /// Answers as soon as the job is on record; nothing of it has run yet.
    func create(_ body: Body) async throws -> JSON {
        let connection: ConnectionID = try body.required("connectionId")
        let kind = try body.required("jobType", as: PublicJobType.self).kind
        let job =
            kind == .refresh
            ? try await services.refresh(connection, [], .merge) : try await services.start(kind, connection)
        return try await services.database.read { try $0.record(of: job).publicWire }
    }

    func get(_ id: JobID) async throws -> JSON {
        try await services.database.readOnce { try $0.record(ofJob: id) }.publicWire
    }

    func cancel(_ id: JobID) async throws -> JSON {
        let job = try await services.orders.cancel(id)
        return try await services.database.read { try $0.record(of: job).publicWire }
    }

    func list(_ request: HTTPRequest) async throws -> JSON {
        let list = try PublicJobList(request.query)
        var filter = list.filter
        filter.restrict(to: request.caller.visibleWorkspaces)
        let records = try await services.database.read { [filter] session in
            try session.records(of: session.jobs(filter))
        }
        return list.page.answer(records.map(\.publicWire), "jobs", of: request)
    }
}
