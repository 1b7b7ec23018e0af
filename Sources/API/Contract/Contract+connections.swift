extension Contract {
    /// Connections, their states and their events.
    static let connections: [Contract] = [
        Contract(
            "createConnection", .editor(.source(), .destination()), .creates, "Makes a connection.", takes: .any,
            gives: .any),
        Contract("getConnection", .reader(.connection()), "A connection.", takes: .any, gives: .any),
        Contract(
            "listConnectionsForWorkspace", .reader(.workspace()), "The connections of a workspace.", takes: .any,
            gives: .any),
        Contract(
            "updateConnection", .editor(.connection()), .changes, "Changes what the body names.", takes: .any,
            gives: .any),
        Contract("deleteConnection", .editor(.connection()), .changes, "Deletes a connection.", takes: .any),
        Contract("getState", .reader(.connection()), "How far a connection has come.", takes: .any, gives: .any),
        Contract(
            "createOrUpdateState", .editor(.connection()), .changes, "Replaces a connection's state.", takes: .any,
            gives: .any),
        Contract(
            "createOrUpdateStateSafe", .editor(.connection()), .changes,
            "Replaces a connection's state unless a sync is running (423).", takes: .any, gives: .any),
        Contract("getStateType", .reader(.connection()), "The kind of a connection's state.", takes: .any, gives: .any),
        Contract(
            "swiftlet.listStates", .reader(.connection()), "The versions of a connection's state.", gives: .any),
        Contract("swiftlet.getState", .reader(.connection()), "A version of a connection's state.", gives: .any),
        Contract(
            "swiftlet.restoreState", .editor(.connection()), .changes, "Goes back to a version of the state.",
            takes: .any,
            gives: .any),
        Contract(
            "listConnectionEvents", .reader(.connection()), "What became of a connection.", takes: .any, gives: .any),
        Contract(
            "listConnectionEventsMinimal", .reader(.connection()), "What became of a connection, in short.",
            takes: .any,
            gives: .any),
        Contract(
            "listConnectionEventsForJob", .reader(.connection()), "The events of a job.", takes: .any, gives: .any),
        Contract("getConnectionEvent", .reader(.event()), "An event.", takes: .any, gives: .any),
    ]
}
