package import Model
package import Posix
package import SQL
import Store
import Time

/// Keeps who changed what.
package struct AuditLog: Sendable {
    let database: any Database

    package func append(
        _ caller: Caller, operation: String, workspace: WorkspaceID?, subject: String?, status: Int, request: UUID
    ) async throws {
        try await database.write { session in
            try append(
                caller, operation: operation, workspace: workspace, subject: subject, status: status, request: request,
                in: session)
        }
    }

    /// In the transaction of the change itself.
    package func append(
        _ caller: Caller, operation: String, workspace: WorkspaceID?, subject: String?, status: Int, request: UUID,
        in session: any Session
    ) throws {
        // What comes from a request is cut, so that no row is long.
        try session.insert(
            AuditEntry(
                at: Instant(microseconds: session.now()), personID: caller.personID,
                applicationID: caller.applicationID, operation: String(operation.prefix(200)), workspaceID: workspace,
                subjectID: subject.map { String($0.prefix(200)) }, status: status, requestID: request))
    }
}
