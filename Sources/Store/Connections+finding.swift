package import Model
package import SQL

/// Which connections to find, wherever they are.
package struct ConnectionQuery: Sendable {
    package var id: ConnectionID?
    /// Nil: of all.
    package var workspaces: [WorkspaceID]?
    package var name: String?
    package var prefix: String?
    package var namespaceDefinition: Connection.NamespaceDefinition?
    package var namespaceFormat: String?
    package var status: Connection.Status?
    /// At least one of them; nobody is asked for where there are none.
    package var tags: [TagID] = []
    package var source = End()
    package var destination = End()
    package var includesDeleted = false
    package var limit = 1000
    package var offset = 0

    package struct End: Sendable {
        package var id: ConnectorID?
        package var name: String?
        package var definition: DefinitionID?
        package var definitionName: String?
    }

    package init() {}

    fileprivate var condition: Query {
        var condition: Query = includesDeleted || status == .deprecated ? "TRUE" : "connection.status <> 'deprecated'"
        if let id { condition = "\(condition) AND connection.id = \(id)" }
        if let workspaces { condition = "\(condition) AND connection.workspace_id IN \(list: workspaces)" }
        if let name { condition = "\(condition) AND connection.name = \(name)" }
        if let prefix { condition = "\(condition) AND connection.prefix = \(prefix)" }
        if let namespaceDefinition {
            condition = "\(condition) AND connection.namespace_definition = \(namespaceDefinition.rawValue)"
        }
        if let namespaceFormat { condition = "\(condition) AND connection.namespace_format = \(namespaceFormat)" }
        if let status { condition = "\(condition) AND connection.status = \(status.rawValue)" }
        if !tags.isEmpty { condition = "\(condition) AND \(Tag.isOnConnection(tags))" }
        if let id = source.id { condition = "\(condition) AND connection.source_id = \(id)" }
        if let id = destination.id { condition = "\(condition) AND connection.destination_id = \(id)" }
        if let ends = source.condition { condition = "\(condition) AND connection.source_id IN (\(ends))" }
        if let ends = destination.condition { condition = "\(condition) AND connection.destination_id IN (\(ends))" }
        return condition
    }
}

extension ConnectionQuery.End {
    /// The connectors that fit; nil where anyone does.
    fileprivate var condition: Query? {
        guard name != nil || definition != nil || definitionName != nil else { return nil }
        var condition: Query = "TRUE"
        if let name { condition = "\(condition) AND connector.name = \(name)" }
        if let definition { condition = "\(condition) AND connector.definition_id = \(definition)" }
        if let definitionName {
            condition = """
                \(condition) AND connector.definition_id IN (
                    SELECT id FROM connector_definition WHERE name = \(definitionName))
                """
        }
        return "SELECT connector.id FROM connector WHERE \(condition)"
    }
}

extension Session {
    /// The oldest first.
    package func connections(_ query: ConnectionQuery) throws -> [Connection] {
        try rows(
            """
            SELECT * FROM connection WHERE \(query.condition)
            ORDER BY created_at, id LIMIT \(query.limit) OFFSET \(query.offset)
            """
        ).map(Connection.init)
    }

    /// The connector, also one that is gone, as the connections that it had still name it.
    package func connectorWithTombstone(_ kind: ConnectorKind, _ id: ConnectorID) throws -> Connector {
        let row = try row("SELECT * FROM connector WHERE id = \(id) AND kind = \(kind.rawValue)")
        guard let row else { throw StoreError.notFound("\(kind)", id) }
        return try Connector(row)
    }

    /// Whether a workspace has any of them that is not deleted.
    package func hasConnectors(_ kind: ConnectorKind, in workspace: WorkspaceID) throws -> Bool {
        try row(
            """
            SELECT 1 AS one FROM connector
            WHERE workspace_id = \(workspace) AND kind = \(kind.rawValue) AND NOT tombstone LIMIT 1
            """) != nil
    }

    package func hasConnections(in workspace: WorkspaceID) throws -> Bool {
        try row(
            "SELECT 1 AS one FROM connection WHERE workspace_id = \(workspace) AND status <> 'deprecated' LIMIT 1")
            != nil
    }
}
