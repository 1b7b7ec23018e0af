import Access
import HTTP
import JSON
import Model
import SQL
import Store

/// `/api/v1/jobs/list_for_workspaces`.
struct WorkspaceJobRoutes: Sendable {
    let services: APIServices

    var routes: [Route] { [.config("jobs/list_for_workspaces", "listJobsForWorkspaces", list)] }

    /// As jobs/list; workspaces that are not named are all that the caller may see.
    func list(_ body: Body) async throws -> JSON {
        let list = try JobList(body)
        let workspaces: [WorkspaceID] = try body.optional("workspaceIds") ?? []
        let visible = body.caller.visibleWorkspaces
        let (records, count) = try await services.database.read { session in
            var filter = try list.filter(in: session)
            filter.workspaces = workspaces
            filter.restrict(to: visible)
            return (try session.records(of: session.jobs(filter)), try session.countJobs(filter))
        }
        return ["jobs": .array(records.map(\.listWire)), "totalJobCount": .integer(count)]
    }
}
