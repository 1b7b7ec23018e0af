import JSON
package import Model
package import SQL
package import Time

extension Session {
    package func connectors(_ kind: ConnectorKind, workspace: WorkspaceID) throws -> [Connector] {
        try rows(
            """
            SELECT * FROM connector
            WHERE workspace_id = \(workspace) AND kind = \(kind.rawValue) AND NOT tombstone
            ORDER BY created_at, id
            """
        ).map(Connector.init)
    }

    /// Those of a workspace, also those that are gone.
    package func connectorsWithTombstones(_ kind: ConnectorKind, workspace: WorkspaceID) throws -> [Connector] {
        try rows(
            """
            SELECT * FROM connector WHERE workspace_id = \(workspace) AND kind = \(kind.rawValue)
            ORDER BY created_at, id
            """
        ).map(Connector.init)
    }

    package func connector(_ kind: ConnectorKind, _ id: ConnectorID) throws -> Connector {
        let row = try row(
            "SELECT * FROM connector WHERE id = \(id) AND kind = \(kind.rawValue) AND NOT tombstone")
        guard let row else { throw StoreError.notFound("\(kind)", id) }
        return try Connector(row)
    }

    /// As `connector`, holding its row until the transaction ends.
    package func lockedConnector(_ kind: ConnectorKind, _ id: ConnectorID) throws -> Connector {
        let row = try row(
            """
            SELECT * FROM connector
            WHERE id = \(id) AND kind = \(kind.rawValue) AND NOT tombstone \(dialect.forUpdate)
            """)
        guard let row else { throw StoreError.notFound("\(kind)", id) }
        return try Connector(row)
    }

    package func insert(_ connector: Connector) throws {
        try run(
            """
            INSERT INTO connector (id, kind, definition_id, workspace_id, name, configuration, created_at, updated_at)
            VALUES (\(connector.id), \(connector.kind.rawValue), \(connector.definitionID), \(connector.workspaceID),
                    \(connector.name), \(connector.configuration.text), \(connector.createdAt),
                    \(connector.updatedAt))
            """)
    }

    /// Replaces the name and the configuration.
    package func update(_ connector: Connector) throws {
        try run(
            """
            UPDATE connector SET name = \(connector.name), configuration = \(connector.configuration.text),
                                 updated_at = \(connector.updatedAt)
            WHERE id = \(connector.id)
            """)
    }

    /// Marks the connector as gone and forgets its configuration.
    package func deleteConnector(_ kind: ConnectorKind, _ id: ConnectorID, at time: Instant) throws {
        let changed = try run(
            """
            UPDATE connector SET tombstone = TRUE, configuration = '{}', updated_at = \(time)
            WHERE id = \(id) AND kind = \(kind.rawValue) AND NOT tombstone
            """)
        guard changed == 1 else { throw StoreError.notFound("\(kind)", id) }
    }
}

extension Connector {
    init(_ row: Row) throws {
        self.init(
            id: try row.id("id"), kind: try row.choice("kind"), definitionID: try row.id("definition_id"),
            workspaceID: try row.id("workspace_id"), name: try row.get("name"),
            configuration: try row.coded("configuration"), createdAt: try row.get("created_at"),
            updatedAt: try row.get("updated_at"))
    }
}
