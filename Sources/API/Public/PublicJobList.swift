import HTTP
import Model
import Store
import Time

/// What a list of the public API's jobs is asked for.
struct PublicJobList: Sendable {
    private enum Status: String, WireReadable, CaseIterable {
        case pending, queued, running, incomplete, failed, succeeded, cancelled
    }

    let filter: JobFilter
    let page: PublicPage

    init(_ query: HTTPQuery) throws {
        page = try PublicPage(query)
        var filter = JobFilter()
        filter.connection = try query.read("connectionId")
        filter.workspaces = try query.ids("workspaceIds")
        filter.createdFrom = try query.read("createdAtStart")
        filter.createdTo = try query.read("createdAtEnd")
        filter.updatedFrom = try query.read("updatedAtStart")
        filter.updatedTo = try query.read("updatedAtEnd")
        (filter.limit, filter.offset) = (page.limit, page.offset)
        if let type: PublicJobType = try query.read("jobType") { filter.kinds = [type.kind] }
        if let status: Status = try query.read("status") {
            if let own = Job.Status(rawValue: status.rawValue) { filter.statuses = [own] } else { filter.oldest = .max }
        }
        (filter.ordersByUpdate, filter.newestFirst) = try Self.order(query["orderBy"])
        self.filter = filter
    }

    /// Reads `createdAt|DESC`; oldest first where nothing is said.
    private static func order(_ text: String?) throws -> (byUpdate: Bool, newestFirst: Bool) {
        guard let text, !text.isEmpty else { return (false, false) }
        let parts = text.split(separator: "|", omittingEmptySubsequences: false).map { $0.lowercased() }
        guard parts.count == 2, ["createdat", "updatedat"].contains(parts[0]), ["asc", "desc"].contains(parts[1]) else {
            throw Problem.badRequest("orderBy must be createdAt or updatedAt, then | and ASC or DESC.")
        }
        return (parts[0] == "updatedat", parts[1] == "desc")
    }
}
