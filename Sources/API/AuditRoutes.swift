import HTTP
import JSON
import Model
import Posix
import SQL
import Store
import Time

/// `/api/swiftlet/audit`: who changed what, the newest first.
struct AuditRoutes: Sendable {
    let services: APIServices

    var routes: [Route] {
        [Route(.get, "/api/swiftlet/audit", "swiftlet.listAudit") { .answer(try await list($0.query)) }]
    }

    private func list(_ query: HTTPQuery) async throws -> JSON {
        var filter = AuditFilter()
        if let text = query["workspaceId"] {
            guard let id = WorkspaceID(text) else { throw Problem.badRequest("workspaceId must be a UUID.") }
            filter.workspace = id
        }
        filter.from = try time("from", query)
        filter.to = try time("to", query)
        filter.limit = try query.count("limit", atMost: 1000) ?? 100
        filter.offset = try query.count("offset", atMost: 1_000_000_000) ?? 0
        let entries = try await services.database.read { [filter] in try $0.auditEntries(filter) }
        return ["data": .array(entries.map(\.wire))]
    }

    private func time(_ name: String, _ query: HTTPQuery) throws -> Instant? {
        guard let text = query[name] else { return nil }
        guard let time = Instant(iso8601: text) else {
            throw Problem.badRequest("\(name) must be a time such as 2026-01-31T09:30:00Z.")
        }
        return time
    }
}

extension AuditEntry {
    fileprivate var wire: JSON {
        JSON(present: [
            "at": .string(at.iso8601), "userId": .id(personID), "applicationId": applicationID.map { .id($0) },
            "operation": .string(operation), "workspaceId": workspaceID.map { .id($0) },
            "subjectId": subjectID.map(JSON.string), "status": .integer(status),
            "requestId": .string(requestID.description),
        ])
    }
}
