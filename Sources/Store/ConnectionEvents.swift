import JSON
package import Model
package import SQL
package import Time

/// Which events to list.
package struct EventFilter: Sendable {
    package var connection: ConnectionID?
    package var workspace: WorkspaceID?
    package var job: JobID?
    /// Empty: all.
    package var kinds: [ConnectionEvent.Kind] = []
    package var createdFrom: Instant?
    package var createdTo: Instant?
    package var limit = 200
    package var offset = 0

    package init() {}

    /// Only the conditions that are set, so that an index can serve them.
    fileprivate var condition: Query {
        var condition: Query = "TRUE"
        if let connection { condition = "\(condition) AND connection_id = \(connection)" }
        if let workspace { condition = "\(condition) AND workspace_id = \(workspace)" }
        if let job { condition = "\(condition) AND job_id = \(job)" }
        if !kinds.isEmpty { condition = "\(condition) AND kind IN \(list: kinds.map(\.rawValue))" }
        if let createdFrom { condition = "\(condition) AND created_at >= \(createdFrom)" }
        if let createdTo { condition = "\(condition) AND created_at <= \(createdTo)" }
        return condition
    }
}

extension Session {
    package func insert(_ event: ConnectionEvent) throws {
        try run(
            """
            INSERT INTO event (id, workspace_id, connection_id, job_id, kind, detail, created_at)
            VALUES (\(event.id), \(event.workspaceID), \(event.connectionID), \(event.jobID),
                    \(event.kind.rawValue), \(try event.detail.columnText()), \(event.createdAt))
            """)
    }

    package func event(_ id: EventID) throws -> ConnectionEvent {
        guard let row = try row("SELECT * FROM event WHERE id = \(id)") else {
            throw StoreError.notFound("connectionEvent", id)
        }
        return try ConnectionEvent(row)
    }

    /// The newest first.
    package func events(_ filter: EventFilter) throws -> [ConnectionEvent] {
        try rows(
            """
            SELECT * FROM event WHERE \(filter.condition)
            ORDER BY created_at DESC, id LIMIT \(filter.limit) OFFSET \(filter.offset)
            """
        ).map(ConnectionEvent.init)
    }

    /// What an event tells of a connection besides: how everything is called, and whom its workspace tells what. Finds
    /// deleted ones too.
    package func eventScope(of connection: ConnectionID) throws -> EventScope {
        let found = try row(
            """
            SELECT connection.workspace_id, connection.name AS connection_name, connection.source_id,
                   connection.destination_id, connection.tells_schema_changes, connection.operation_ids,
                   workspace.name AS workspace_name, workspace.notification_settings,
                   source.name AS source_name, destination.name AS destination_name
            FROM connection
                JOIN workspace ON workspace.id = connection.workspace_id
                JOIN connector AS source ON source.id = connection.source_id
                JOIN connector AS destination ON destination.id = connection.destination_id
            WHERE connection.id = \(connection)
            """)
        guard let found else { throw StoreError.notFound("connection", connection) }
        return try EventScope(found, connection)
    }

    /// Deletes events from before `time`, and of the rest the oldest beyond `count`; at most `limit` a call. Returns how
    /// many.
    package func pruneEvents(createdBefore time: Instant, keeping count: Int, limit: Int) throws -> Int {
        let oldestKept: Instant? = try value(
            "SELECT created_at FROM event ORDER BY created_at DESC LIMIT 1 OFFSET \(max(0, count - 1))")
        let bound = max(time, oldestKept ?? time)
        return try run(
            """
            DELETE FROM event WHERE id IN (
                SELECT id FROM event WHERE created_at < \(bound) ORDER BY created_at LIMIT \(limit))
            """)
    }
}

/// A connection as its events name it.
package struct EventScope: Sendable {
    package let workspaceID: WorkspaceID
    package let connectionID: ConnectionID
    package let notifications: NotificationSettings
    package let tellsSchemaChanges: Bool
    package let operationIDs: [OperationID]
    /// The names, with nothing of what happened yet.
    package let detail: EventDetail

    fileprivate init(_ row: Row, _ connection: ConnectionID) throws {
        func named(_ id: String, _ name: String) throws -> EventDetail.Named {
            EventDetail.Named(id: id, name: try row.get(name))
        }
        workspaceID = try row.id("workspace_id")
        connectionID = connection
        notifications = try row.coded("notification_settings")
        tellsSchemaChanges = try row.get("tells_schema_changes")
        operationIDs = try row.coded("operation_ids")
        detail = EventDetail(
            workspace: try named(workspaceID.description, "workspace_name"),
            connection: try named(connection.description, "connection_name"),
            source: try named(row.get("source_id"), "source_name"),
            destination: try named(row.get("destination_id"), "destination_name"))
    }
}

extension ConnectionEvent {
    fileprivate init(_ row: Row) throws {
        self.init(
            id: try row.id("id"), workspaceID: try row.id("workspace_id"), connectionID: try row.id("connection_id"),
            jobID: try row.getOptional("job_id"), kind: try row.choice("kind"), detail: try row.coded("detail"),
            createdAt: try row.get("created_at"))
    }
}
