package import Posix
package import Time

/// That somebody changed something, or tried to.
package struct AuditEntry: Sendable, Hashable {
    package var at: Instant
    package var personID: PersonID
    /// The application that acted for the person, if one did.
    package var applicationID: ApplicationID?
    /// The id of the API's operation, such as `createSource`.
    package var operation: String
    package var workspaceID: WorkspaceID?
    /// What was changed.
    package var subjectID: String?
    /// The status of the answer.
    package var status: Int
    package var requestID: UUID

    package init(
        at: Instant, personID: PersonID, applicationID: ApplicationID? = nil, operation: String,
        workspaceID: WorkspaceID? = nil, subjectID: String? = nil, status: Int, requestID: UUID
    ) {
        self.at = at
        self.personID = personID
        self.applicationID = applicationID
        self.operation = operation
        self.workspaceID = workspaceID
        self.subjectID = subjectID
        self.status = status
        self.requestID = requestID
    }
}
