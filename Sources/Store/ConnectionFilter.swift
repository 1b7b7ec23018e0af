package import Model
package import SQL

/// Which connections to list, and in what order.
package struct ConnectionFilter: Sendable {
    package enum Order: Sendable, Hashable { case name, sourceName, destinationName, lastSync }

    package var workspace: WorkspaceID
    package var sources: [ConnectorID] = []
    package var destinations: [ConnectorID] = []
    package var sourceDefinitions: [DefinitionID] = []
    package var destinationDefinitions: [DefinitionID] = []
    package var statuses: [Connection.Status] = []
    package var standings: [ConnectionStanding] = []
    /// At least one of them; empty: any or none.
    package var tags: [TagID] = []
    /// Looked for in the names of connections, sources and destinations, without regard to case.
    package var search: String?
    package var order = Order.name
    package var isDescending = false
    /// Only those behind this one.
    package var after: ConnectionID?
    package var limit = 20

    package init(workspace: WorkspaceID) { self.workspace = workspace }

    /// Only the tables that the conditions and the order need.
    var tables: Query {
        var tables: Query = "connection"
        if needsSource { tables = "\(tables) JOIN connector AS source ON source.id = connection.source_id" }
        if needsDestination {
            tables = "\(tables) JOIN connector AS destination ON destination.id = connection.destination_id"
        }
        if !standings.isEmpty || order == .lastSync { tables = "\(tables) \(ConnectionStanding.latestJob)" }
        return tables
    }

    private var needsSource: Bool { !sourceDefinitions.isEmpty || search != nil || order == .sourceName }
    private var needsDestination: Bool { !destinationDefinitions.isEmpty || search != nil || order == .destinationName }

    /// Only those that are set, so that an index can serve them.
    var condition: Query {
        var condition: Query = "connection.workspace_id = \(workspace) AND connection.status <> 'deprecated'"
        if !sources.isEmpty { condition = "\(condition) AND connection.source_id IN \(list: sources)" }
        if !destinations.isEmpty { condition = "\(condition) AND connection.destination_id IN \(list: destinations)" }
        if !sourceDefinitions.isEmpty {
            condition = "\(condition) AND source.definition_id IN \(list: sourceDefinitions)"
        }
        if !destinationDefinitions.isEmpty {
            condition = "\(condition) AND destination.definition_id IN \(list: destinationDefinitions)"
        }
        if !statuses.isEmpty { condition = "\(condition) AND connection.status IN \(list: statuses.map(\.rawValue))" }
        if !standings.isEmpty {
            condition = "\(condition) AND \(ConnectionStanding.expression) IN \(list: standings.map(\.rawValue))"
        }
        if !tags.isEmpty { condition = "\(condition) AND \(Tag.isOnConnection(tags))" }
        if let search {
            let pattern = Self.pattern(search)
            condition = """
                \(condition) AND (lower(connection.name) LIKE lower(\(pattern)) ESCAPE '!'
                                  OR lower(source.name) LIKE lower(\(pattern)) ESCAPE '!'
                                  OR lower(destination.name) LIKE lower(\(pattern)) ESCAPE '!')
                """
        }
        return condition
    }

    /// What the rows are sorted by; the id settles the rest.
    var key: Fragment {
        switch order {
        case .name: "lower(connection.name)"
        case .sourceName: "lower(source.name)"
        case .destinationName: "lower(destination.name)"
        case .lastSync: "coalesce(latest.created_at, 0)"
        }
    }

    private static func pattern(_ text: String) -> String {
        "%" + text.map { "%_!".contains($0) ? "!\($0)" : String($0) }.joined() + "%"
    }
}

extension Session {
    /// The ids of a page, in order.
    package func connectionIDs(_ filter: ConnectionFilter) throws -> [ConnectionID] {
        let direction: Fragment = filter.isDescending ? "DESC" : "ASC"
        var condition = filter.condition
        if let after = filter.after {
            // One that is gone, or was never there, has nothing behind it.
            var last = ConnectionFilter(workspace: filter.workspace)
            last.order = filter.order
            let found = try row(
                """
                SELECT \(filter.key) AS key FROM \(last.tables)
                WHERE connection.id = \(after) AND connection.workspace_id = \(filter.workspace)
                """)
            guard let found else { return [] }
            let key = try found.get("key", as: SQLValue.self)
            let behind: Fragment = filter.isDescending ? "<" : ">"
            condition = "\(condition) AND (\(filter.key), connection.id) \(behind) (\(key), \(after))"
        }
        return try rows(
            """
            SELECT connection.id AS id FROM \(filter.tables) WHERE \(condition)
            ORDER BY \(filter.key) \(direction), connection.id \(direction) LIMIT \(filter.limit)
            """
        ).map { try $0.id("id") }
    }

    package func countConnections(_ filter: ConnectionFilter) throws -> Int {
        try value("SELECT count(*) FROM \(filter.tables) WHERE \(filter.condition)") ?? 0
    }
}
