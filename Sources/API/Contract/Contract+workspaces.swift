extension Contract {
    static let workspaces: [Contract] = [
        // Older clients send an empty object.
        Contract(
            "listWorkspaces", .signedIn, "The workspaces that the caller may see.", takes: .object("", [:]),
            gives: .workspaceList),
        Contract(
            "listWorkspacesInOrganization", .signedIn, "The workspaces of an organization.",
            takes: .workspacesOfOrganization, gives: .workspaceList),
        Contract(
            "listWorkspacesByUser", .signedIn, "The workspaces that a person may see.", takes: .workspacesOfPerson,
            gives: .workspaceList),
        Contract(
            "listWorkspacesPaginated", .reader(.workspace("workspaceIds")), "Workspaces, page by page.",
            takes: .resourcesOfWorkspaces, gives: .workspaceList),
        Contract("getWorkspace", .reader(.workspace()), "A workspace.", takes: .workspaceID, gives: .workspaceRead),
        Contract(
            "getWorkspaceBySlug", .signedIn, "A workspace by its short name.",
            takes: .object("SlugRequestBody", ["slug": .string]), gives: .workspaceRead),
        Contract(
            "getWorkspaceByConnectionId", .reader(.connection()), "The workspace of a connection.",
            takes: .connectionID, gives: .workspaceRead),
        Contract(
            "getOrganizationInfo", .reader(.workspace()), "The organization of a workspace.", takes: .workspaceID,
            gives: .organizationInfo),
        Contract(
            "createWorkspace", .instanceAdmin, .creates, "Makes a workspace.", takes: .workspaceCreate,
            gives: .workspaceRead),
        Contract(
            "createWorkspaceIfNotExist", .instanceAdmin, .creates, "Makes a workspace under an id, unless it is there.",
            takes: .workspaceCreateWithID, gives: .workspaceRead),
        Contract(
            "updateWorkspace", .admin(.workspace()), .changes, "Changes a workspace.", takes: .workspaceUpdate,
            gives: .workspaceRead),
        Contract(
            "updateWorkspaceName", .admin(.workspace()), .changes, "Renames a workspace.", takes: .workspaceUpdateName,
            gives: .workspaceRead),
        Contract(
            "deleteWorkspace", .admin(.workspace()), .changes, "Deletes a workspace with all that is in it.",
            takes: .workspaceID),
        Contract(
            "tryNotificationConfig", .admin(.workspace()), .changes, "Sends a notification on trial.",
            takes: .notificationTry, gives: .notificationRead),
        Contract(
            "tryNotificationWebhookConfig", .admin(.workspace()), .changes, "Calls a webhook on trial.",
            takes: .notificationWebhookTry, gives: .notificationRead),
        Contract(
            "checkOperation", .signedIn, "Whether an operation makes sense.", takes: .operationCheck,
            gives: .operationVerdict),
        Contract(
            "createOperation", .editor(.workspace()), .creates, "Makes an operation.", takes: .operationCreate,
            gives: .operationRead),
        Contract(
            "updateOperation", .editor(.operation()), .changes, "Changes an operation.", takes: .operationUpdate,
            gives: .operationRead),
        Contract(
            "listOperationsForConnection", .reader(.connection()), "The operations of a connection.",
            takes: .connectionID, gives: .object("OperationReadList", ["operations": .list(.operationRead)])),
        Contract(
            "getOperation", .reader(.operation()), "An operation.", takes: .operationID, gives: .operationRead),
        Contract(
            "deleteOperation", .editor(.operation()), .changes, "Deletes an operation.", takes: .operationID),
    ]
}
