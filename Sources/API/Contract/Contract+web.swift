extension Contract {
    /// What Airbyte's web interface reads and writes.
    static let web: [Contract] = [
        Contract(
            "webBackendListConnectionsForWorkspace", .reader(.workspace()), "Connections, page by page.",
            takes: .webConnectionListRequest, gives: .webConnectionList),
        Contract(
            "webBackendGetConnection", .reader(.connection()),
            "A connection with all around it; may ask its source what there is.", takes: .webConnectionRequest,
            gives: .webConnectionRead),
        Contract(
            "webBackendCreateConnection", .editor(.source(), .destination()), .creates,
            "Makes a connection with its operations.", takes: .webConnectionCreate, gives: .webConnectionRead),
        Contract(
            "webBackendUpdateConnection", .editor(.connection()), .changes,
            "Changes a connection with its operations; streams that change start anew.", takes: .webConnectionUpdate,
            gives: .webConnectionRead),
        Contract(
            "webBackendGetConnectionStatusCounts", .reader(.workspace()), "How many connections stand how.",
            takes: .workspaceID, gives: .statusCounts),
        Contract(
            "webBackendDescribeCronExpression", .signedIn, "What a cron expression says.",
            takes: .object("WebBackendDescribeCronExpressionRequestBody", ["cronExpression": .string]),
            gives: .cronDescription),
        Contract(
            "webBackendGetWorkspaceState", .reader(.workspace()), "Whether there is anything in a workspace.",
            takes: .workspaceID, gives: .workspaceContents),
        Contract(
            "webBackendCheckUpdates", .signedIn, "How many definitions could be newer.", gives: .updatesAvailable),
        Contract(
            "webBackendValidateMappers", .reader(.connection()), "What mappers make of a stream.",
            takes: .mapperTrial, gives: .mapperVerdicts),
        Contract("getWebappConfig", .open, "What the web interface has to know.", gives: .webappConfig),
    ]
}
