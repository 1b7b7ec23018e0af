extension Contract {
    static let workspaces: [Contract] = [
        Contract("listWorkspaces", .signedIn, "The workspaces that the caller may see.", gives: .any),
        Contract("getWorkspace", .reader(.workspace()), "A workspace.", takes: .any, gives: .any),
        Contract("createWorkspace", .instanceAdmin, .creates, "Makes a workspace.", takes: .any, gives: .any),
        Contract("updateWorkspace", .admin(.workspace()), .changes, "Changes a workspace.", takes: .any, gives: .any),
        Contract(
            "updateWorkspaceName", .admin(.workspace()), .changes, "Renames a workspace.", takes: .any, gives: .any),
        Contract(
            "tryNotificationConfig", .admin(.workspace()), .changes, "Sends a notification on trial.", takes: .any,
            gives: .any),
        Contract(
            "tryNotificationWebhookConfig", .admin(.workspace()), .changes, "Calls a webhook on trial.", takes: .any,
            gives: .any),
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
