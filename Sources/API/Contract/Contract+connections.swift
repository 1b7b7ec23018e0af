extension Contract {
    /// Connections, their states and their events.
    static let connections: [Contract] = [
        Contract(
            "createConnection", .editor(.source(), .destination()), .creates, "Makes a connection.",
            takes: .connectionCreate, gives: .connectionRead),
        Contract(
            "getConnection", .reader(.connection()), "A connection.", takes: .connectionID, gives: .connectionRead),
        Contract(
            "listConnectionsForWorkspace", .reader(.workspace()), "The connections of a workspace.",
            takes: .workspaceID, gives: .connectionList),
        Contract(
            "listAllConnectionsForWorkspace", .reader(.workspace()),
            "The connections of a workspace, deleted ones too.", takes: .workspaceID,
            gives: .connectionList),
        Contract(
            "listConnectionsForWorkspacesPaginated", .visible(.workspace("workspaceIds").ifNamed),
            "Connections, page by page.", takes: .connectionsOfWorkspaces, gives: .connectionList),
        Contract(
            "listConnectionsByActorDefinition", .visible(.definition("actorDefinitionId")),
            "The connections that make use of a definition.", takes: .connectorDefinitionName, gives: .connectionList),
        Contract(
            "searchConnections", .signedIn, "The connections that look like this.", takes: .connectionSearch,
            gives: .connectionList),
        Contract(
            "updateConnection", .editor(.connection()), .changes, "Changes what the body names.",
            takes: .connectionUpdate, gives: .connectionRead),
        Contract(
            "deleteConnection", .editor(.connection()), .changes, "Deletes a connection.", takes: .connectionID),
        Contract(
            "applySchemaChangeForConnection", .editor(.connection()), .changes,
            "Has a connection take over what its source has changed.", takes: .schemaApplication,
            gives: .object("ConnectionAutoPropagateResult", ["propagatedDiff?": .catalogDiff])),
        Contract(
            "applySchemaChangeForSource", .editor(.source(), .workspace().ifNamed), .changes,
            "Has all connections of a source take over what it has changed.", takes: .sourceSchemaApplication),
        Contract(
            "diffCatalogs",
            .reader(
                .catalog("current_catalog_id"), .catalog("new_catalog_id"),
                .connection("connection_id").ifNamed), .changes,
            "What changed between two discoveries.", takes: .catalogComparison, gives: .catalogsCompared),
        Contract(
            "getState", .reader(.connection()), "How far a connection has come.", takes: .connectionID,
            gives: .connectionState),
        Contract(
            "createOrUpdateState", .editor(.connection()), .changes, "Replaces a connection's state.",
            takes: .connectionStateReplacement, gives: .connectionState),
        Contract(
            "createOrUpdateStateSafe", .editor(.connection()), .changes,
            "Replaces a connection's state unless a sync is running (423).", takes: .connectionStateReplacement,
            gives: .connectionState),
        Contract(
            "getStateType", .reader(.connection()), "The kind of a connection's state.", takes: .connectionID,
            gives: .word(["global", "stream", "legacy", "not_set"])),
        Contract(
            "swiftlet.listStates", .reader(.connection()), "The versions of a connection's state.",
            gives: .stateVersions),
        Contract(
            "swiftlet.getState", .reader(.connection()), "A version of a connection's state.", gives: .connectionState),
        Contract(
            "swiftlet.restoreState", .editor(.connection()), .changes, "Goes back to a version of the state.",
            takes: .stateRestoration, gives: .connectionState),
        Contract(
            "listConnectionEvents", .reader(.connection()), "What became of a connection.",
            takes: .eventsOfConnection, gives: .eventList),
        Contract(
            "listConnectionEventsMinimal", .reader(.workspace()), "What became of a workspace's connections, in short.",
            takes: .eventsOfWorkspace, gives: .eventListMinimal),
        Contract(
            "listConnectionEventsForJob", .reader(.job()), "The events of a job.", takes: .jobID, gives: .eventList),
        Contract(
            "getConnectionEvent", .reader(.event()), "An event.", takes: .eventName, gives: .eventWithDetails),
    ]
}
