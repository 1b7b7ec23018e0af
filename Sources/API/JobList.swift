import JSON
import Model
import SQL
import Store

/// What jobs/list is asked for.
struct JobList: Sendable {
    private enum ConfigType: String, WireReadable, CaseIterable {
        case checkSource = "check_connection_source"
        case checkDestination = "check_connection_destination"
        case discover = "discover_schema"
        case specification = "get_spec"
        case sync, refresh, clear
        case reset = "reset_connection"

        /// Nil for what is no job here.
        var kind: Job.Kind? {
            switch self {
            case .sync: .sync
            case .reset, .clear: .reset
            case .refresh: .refresh
            default: nil
            }
        }
    }

    private enum Status: String, WireReadable, CaseIterable {
        case pending, queued, running, incomplete, failed, succeeded, cancelled
    }
    private enum Field: String, WireReadable, CaseIterable { case createdAt, updatedAt }
    private enum Method: String, WireReadable, CaseIterable { case asc, desc }

    static let mostRows = 1000

    private var filter = JobFilter()
    private let including: JobID?

    init(_ body: Body) throws {
        let types: [ConfigType] = try body.required("configTypes")
        guard !types.isEmpty else { throw Problem.badRequest("configTypes must name one type at least.") }
        let statuses: [Status] = try body.optional("statuses") ?? []
        let page: Body = try body.optional("pagination") ?? Body([:])
        including = try body.optional("includingJobId")
        filter.kinds = types.compactMap(\.kind)
        filter.connection = try body.optional("configId")
        filter.statuses = statuses.compactMap { Job.Status(rawValue: $0.rawValue) }
        filter.createdFrom = try body.optional("createdAtStart")
        filter.createdTo = try body.optional("createdAtEnd")
        filter.updatedFrom = try body.optional("updatedAtStart")
        filter.updatedTo = try body.optional("updatedAtEnd")
        filter.ordersByUpdate = try body.optional("orderByField", as: Field.self) == .updatedAt
        filter.newestFirst = try body.optional("orderByMethod", as: Method.self) != .asc
        filter.limit = try page.optional("pageSize") ?? 200
        filter.offset = try page.optional("rowOffset") ?? 0
        guard filter.limit >= 1, filter.offset >= 0 else {
            throw Problem.badRequest("pageSize must be 1 or more, and rowOffset 0 or more.")
        }
        filter.limit = min(filter.limit, Self.mostRows)
        // What is asked for does not exist here, and an empty list would let everything through.
        if filter.kinds.isEmpty || filter.statuses.isEmpty && !statuses.isEmpty { filter.oldest = .max }
    }

    /// Stretches the page, by whole pages, until it reaches the job that it has to include.
    func filter(in session: any Session) throws -> JobFilter {
        guard let including, filter.newestFirst, !filter.ordersByUpdate, filter.oldest == nil else { return filter }
        var younger = filter
        younger.oldest = including
        let rows = try session.countJobs(younger) - filter.offset
        var stretched = filter
        stretched.limit = min(max(1, (rows + filter.limit - 1) / filter.limit) * filter.limit, Self.mostRows)
        return stretched
    }
}
