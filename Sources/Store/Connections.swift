import Airbyte
import JSON
package import Model
package import Posix
package import SQL
package import Schedule

extension Session {
    /// Deleted connections are left out.
    package func connections(workspace: WorkspaceID) throws -> [Connection] {
        try rows(
            """
            SELECT * FROM connection WHERE workspace_id = \(workspace) AND status <> 'deprecated'
            ORDER BY created_at, id
            """
        ).map(Connection.init)
    }

    /// Deleted connections are found too, with the status `deprecated`.
    package func connection(_ id: ConnectionID) throws -> Connection {
        guard let row = try row("SELECT * FROM connection WHERE id = \(id)") else {
            throw StoreError.notFound("connection", id)
        }
        return try Connection(row)
    }

    /// Those that are there, in no order.
    package func connections(_ ids: [ConnectionID]) throws -> [Connection] {
        try rows("SELECT * FROM connection WHERE id IN \(list: ids)").map(Connection.init)
    }

    /// As `connection`, with what its source was found to offer last, and its tags by name.
    package func shownConnection(
        _ id: ConnectionID
    ) throws -> (connection: Connection, newestCatalog: UUID?, tags: [Tag]) {
        let found = try rows([
            "SELECT * FROM connection WHERE id = \(id)",
            """
            SELECT id FROM catalog WHERE source_id = (SELECT source_id FROM connection WHERE id = \(id))
            ORDER BY created_at DESC, id LIMIT 1
            """,
            """
            SELECT tag.* FROM connection_tag JOIN tag ON tag.id = connection_tag.tag_id
            WHERE connection_tag.connection_id = \(id) ORDER BY tag.name, tag.id
            """,
        ])
        guard let row = found[0].first else { throw StoreError.notFound("connection", id) }
        return (try Connection(row), try found[1].first?.optionalUUID("id"), try found[2].map(Tag.init))
    }

    /// As `connection`, holding its row until the transaction ends.
    package func lockedConnection(_ id: ConnectionID) throws -> Connection {
        guard let row = try row("SELECT * FROM connection WHERE id = \(id) \(dialect.forUpdate)") else {
            throw StoreError.notFound("connection", id)
        }
        return try Connection(row)
    }

    /// What the connection's jobs do otherwise than the instance's settings say; its catalog is not read.
    package func runPolicy(of id: ConnectionID) throws -> RunPolicy {
        guard let row = try row("SELECT run_policy FROM connection WHERE id = \(id)") else {
            throw StoreError.notFound("connection", id)
        }
        return try row.coded("run_policy")
    }

    /// What tells whether a connection has taken note of its source's newest catalog; its own is not read.
    package func schemaStanding(of id: ConnectionID) throws -> SchemaStanding {
        guard let row = try row("SELECT source_id, status, source_catalog_id FROM connection WHERE id = \(id)") else {
            throw StoreError.notFound("connection", id)
        }
        return SchemaStanding(
            sourceID: try row.id("source_id"), status: try row.choice("status"),
            sourceCatalogID: try row.optionalUUID("source_catalog_id"))
    }

    /// The connections that start from or lead to a connector and are not deleted.
    package func connections(touching connector: ConnectorID) throws -> [Connection] {
        try rows(
            """
            SELECT * FROM connection
            WHERE (source_id = \(connector) OR destination_id = \(connector)) AND status <> 'deprecated'
            """
        ).map(Connection.init)
    }

    /// Adds a connection and works out when its first sync is due.
    package func insert(_ connection: Connection, jitter: ScheduleJitter = .off) throws {
        try run(
            """
            INSERT INTO connection (id, workspace_id, source_id, destination_id, name, namespace_definition,
                                    namespace_format, prefix, status, status_reason, schedule, catalog,
                                    treatments, source_catalog_id, non_breaking_changes, backfills,
                                    tells_schema_changes, has_breaking_change, told_catalog_id, operation_ids, run_policy,
                                    resources, created_at, updated_at)
            VALUES (\(connection.id), \(connection.workspaceID), \(connection.sourceID), \(connection.destinationID),
                    \(connection.name), \(connection.namespaceDefinition.rawValue), \(connection.namespaceFormat),
                    \(connection.prefix), \(connection.status.rawValue), \(connection.statusReason),
                    \(try connection.schedule.columnText()), \(try connection.catalog.columnText()),
                    \(try connection.treatments.columnText()), \(connection.sourceCatalogID),
                    \(connection.nonBreakingChanges.rawValue), \(connection.backfills),
                    \(connection.tellsSchemaChanges), \(connection.hasBreakingChange), \(connection.toldCatalogID),
                    \(try connection.operationIDs.columnText()), \(try connection.runPolicy.columnText()),
                    \(try connection.resources.columnText()), \(connection.createdAt), \(connection.updatedAt))
            """)
        try reckonNextSync(of: connection, jitter: jitter)
        try notify(ScheduleChannel.changed)
    }

    /// Replaces everything but what the connection connects. Where its schedule or its status is another than before,
    /// works out anew when its next sync is due. One that becomes active starts with a clean record: older failures count
    /// no more. The caller holds its row.
    package func update(_ connection: Connection, jitter: ScheduleJitter = .off) throws {
        let schedule = try connection.schedule.columnText()
        let before = try row("SELECT schedule, status FROM connection WHERE id = \(connection.id)")
        let isTimedAsBefore =
            try before?.get("schedule") == schedule && before?.get("status") == connection.status.rawValue
        try run(
            """
            UPDATE connection SET
                name = \(connection.name), namespace_definition = \(connection.namespaceDefinition.rawValue),
                namespace_format = \(connection.namespaceFormat), prefix = \(connection.prefix),
                failures_count_from = CASE WHEN status <> 'active' AND \(connection.status == .active)
                                           THEN \(dialect.now) ELSE failures_count_from END,
                status = \(connection.status.rawValue), status_reason = \(connection.statusReason),
                schedule = \(schedule), catalog = \(try connection.catalog.columnText()),
                treatments = \(try connection.treatments.columnText()),
                source_catalog_id = \(connection.sourceCatalogID), backfills = \(connection.backfills),
                tells_schema_changes = \(connection.tellsSchemaChanges),
                has_breaking_change = \(connection.hasBreakingChange), told_catalog_id = \(connection.toldCatalogID),
                operation_ids = \(try connection.operationIDs.columnText()),
                non_breaking_changes = \(connection.nonBreakingChanges.rawValue),
                run_policy = \(try connection.runPolicy.columnText()),
                resources = \(try connection.resources.columnText()), updated_at = \(connection.updatedAt)
            WHERE id = \(connection.id)
            """)
        guard !isTimedAsBefore else { return }
        try reckonNextSync(of: connection, jitter: jitter)
        try notify(ScheduleChannel.changed)
    }
}

extension Connection {
    init(_ row: Row) throws {
        self.init(
            id: try row.id("id"), workspaceID: try row.id("workspace_id"), sourceID: try row.id("source_id"),
            destinationID: try row.id("destination_id"), name: try row.get("name"),
            namespaceDefinition: try row.choice("namespace_definition"),
            namespaceFormat: try row.getOptional("namespace_format"), prefix: try row.getOptional("prefix"),
            status: try row.choice("status"), statusReason: try row.getOptional("status_reason"),
            schedule: try row.coded("schedule"), catalog: try row.coded("catalog"),
            treatments: try row.coded("treatments"),
            sourceCatalogID: try row.optionalUUID("source_catalog_id"),
            nonBreakingChanges: try row.choice("non_breaking_changes"), backfills: try row.get("backfills"),
            tellsSchemaChanges: try row.get("tells_schema_changes"),
            hasBreakingChange: try row.get("has_breaking_change"),
            toldCatalogID: try row.optionalUUID("told_catalog_id"), operationIDs: try row.coded("operation_ids"),
            runPolicy: try row.coded("run_policy"), resources: try row.coded("resources"),
            createdAt: try row.get("created_at"), updatedAt: try row.get("updated_at"))
    }
}
