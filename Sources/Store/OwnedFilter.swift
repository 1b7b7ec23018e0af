package import Model
package import SQL

/// Which of the things that belong to workspaces to list, and which part of them, oldest first.
package struct OwnedFilter: Sendable {
    /// Nil: of all workspaces.
    package var workspaces: [WorkspaceID]?
    package var includesDeleted: Bool
    /// Of connections, those with at least one of them; empty: any or none.
    package var tags: [TagID] = []
    package var limit: Int
    package var offset: Int

    package init(workspaces: [WorkspaceID]? = nil, includesDeleted: Bool = false, limit: Int, offset: Int = 0) {
        self.workspaces = workspaces
        self.includesDeleted = includesDeleted
        self.limit = limit
        self.offset = offset
    }

    /// Only those whose `column` names one of the workspaces.
    fileprivate func condition(_ column: Fragment) -> Query {
        guard let workspaces else { return "TRUE" }
        return "\(column) IN \(list: workspaces)"
    }

    fileprivate var page: Query { "ORDER BY created_at, id LIMIT \(limit) OFFSET \(offset)" }
}

extension Session {
    package func connectors(_ kind: ConnectorKind, _ filter: OwnedFilter) throws -> [Connector] {
        try rows(
            """
            SELECT * FROM connector
            WHERE kind = \(kind.rawValue) AND \(filter.condition("workspace_id"))
              AND (\(filter.includesDeleted) OR NOT tombstone) \(filter.page)
            """
        ).map(Connector.init)
    }

    package func connections(_ filter: OwnedFilter) throws -> [Connection] {
        try rows(
            """
            SELECT * FROM connection
            WHERE \(filter.condition("workspace_id"))
              AND (\(filter.includesDeleted) OR status <> 'deprecated')
              AND \(filter.tags.isEmpty ? "TRUE" : Tag.isOnConnection(filter.tags)) \(filter.page)
            """
        ).map(Connection.init)
    }

    package func workspaces(_ filter: OwnedFilter) throws -> [Workspace] {
        try rows(
            """
            SELECT * FROM workspace
            WHERE \(filter.condition("id")) AND (\(filter.includesDeleted) OR NOT tombstone) \(filter.page)
            """
        ).map(Workspace.init)
    }
}
