package import Model
import Posix
package import SQL
package import Time

/// Which entries of the audit log to list.
package struct AuditFilter: Sendable {
    package var workspace: WorkspaceID?
    package var from: Instant?
    package var to: Instant?
    package var limit = 100
    package var offset = 0

    package init() {}

    fileprivate var condition: Query {
        var condition: Query = "TRUE"
        if let workspace { condition = "\(condition) AND workspace_id = \(workspace)" }
        if let from { condition = "\(condition) AND at >= \(from)" }
        if let to { condition = "\(condition) AND at <= \(to)" }
        return condition
    }
}

extension Session {
    package func insert(_ entry: AuditEntry) throws {
        try run(
            """
            INSERT INTO audit (at, person_id, application_id, operation, workspace_id, subject_id, status, request_id)
            VALUES (\(entry.at), \(entry.personID), \(entry.applicationID), \(entry.operation), \(entry.workspaceID),
                    \(entry.subjectID), \(entry.status), \(entry.requestID))
            """)
    }

    /// The newest first.
    package func auditEntries(_ filter: AuditFilter) throws -> [AuditEntry] {
        try rows(
            """
            SELECT * FROM audit WHERE \(filter.condition)
            ORDER BY at DESC, id DESC LIMIT \(filter.limit) OFFSET \(filter.offset)
            """
        ).map(AuditEntry.init)
    }

    /// Deletes entries from before `time`, at most `limit` a call. Returns how many.
    package func pruneAudit(before time: Instant, limit: Int) throws -> Int {
        try run(
            "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < \(time) ORDER BY at LIMIT \(limit))")
    }
}

extension AuditEntry {
    fileprivate init(_ row: Row) throws {
        guard let request = try row.optionalUUID("request_id") else {
            throw DatabaseError(.decoding, "Column request_id does not hold a UUID.")
        }
        self.init(
            at: try row.get("at"), personID: try row.id("person_id"),
            applicationID: try row.optionalID("application_id"), operation: try row.get("operation"),
            workspaceID: try row.optionalID("workspace_id"), subjectID: try row.getOptional("subject_id"),
            status: try row.get("status"), requestID: request)
    }
}
