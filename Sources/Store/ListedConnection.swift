package import Model
package import Posix
package import SQL
package import Time

/// A connection as a list shows it: what is around it, and nothing of its streams.
package struct ListedConnection: Sendable {
    /// An end of the connection, with what it is made of.
    package struct End: Sendable {
        package let id: ConnectorID
        package let name: String
        package let definitionID: DefinitionID
        package let definitionName: String
        package let icon: String?
        package let repository: String
        package let tag: String
        package let supportsRefreshes: Bool
        package let isCustom: Bool
    }

    package let id: ConnectionID
    package let name: String
    package let status: Connection.Status
    package let schedule: ConnectionSchedule
    package let source: End
    package let destination: End
    package let hasBreakingChange: Bool
    package let sourceCatalogID: UUID?
    /// What the source was found to offer last.
    package let newestCatalogID: UUID?
    /// The newest job's.
    package let jobStatus: Job.Status?
    package let jobCreatedAt: Instant?
    package fileprivate(set) var tags: [Tag] = []
}

extension Session {
    /// In the order of the ids.
    package func listedConnections(_ ids: [ConnectionID]) throws -> [ListedConnection] {
        guard !ids.isEmpty else { return [] }
        let rows = try rows(
            """
            SELECT connection.id AS id, connection.name AS name, connection.status AS status,
                   connection.schedule AS schedule, connection.has_breaking_change AS has_breaking_change,
                   connection.source_catalog_id AS source_catalog_id,
                   (SELECT catalog.id FROM catalog WHERE catalog.source_id = connection.source_id
                    ORDER BY catalog.created_at DESC, catalog.id LIMIT 1) AS newest_catalog_id,
                   source.id AS source_id, source.name AS source_name, source_kind.id AS source_definition_id,
                   source_kind.name AS source_definition_name, source_kind.icon AS source_icon,
                   source_kind.repository AS source_repository, source_kind.tag AS source_tag,
                   source_kind.supports_refreshes AS source_supports_refreshes,
                   source_kind.workspace_id AS source_workspace_id,
                   destination.id AS destination_id, destination.name AS destination_name,
                   destination_kind.id AS destination_definition_id,
                   destination_kind.name AS destination_definition_name, destination_kind.icon AS destination_icon,
                   destination_kind.repository AS destination_repository, destination_kind.tag AS destination_tag,
                   destination_kind.supports_refreshes AS destination_supports_refreshes,
                   destination_kind.workspace_id AS destination_workspace_id,
                   latest.status AS job_status, latest.created_at AS job_created_at
            FROM connection
                JOIN connector AS source ON source.id = connection.source_id
                JOIN connector_definition AS source_kind ON source_kind.id = source.definition_id
                JOIN connector AS destination ON destination.id = connection.destination_id
                JOIN connector_definition AS destination_kind ON destination_kind.id = destination.definition_id
                \(ConnectionStanding.latestJob)
            WHERE connection.id IN \(list: ids)
            """)
        let tags = try tags(of: ids)
        let found = try rows.map { row in
            var connection = try ListedConnection(row)
            connection.tags = tags[connection.id] ?? []
            return connection
        }
        let byID = Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
        return ids.compactMap { byID[$0] }
    }
}

extension ListedConnection {
    fileprivate init(_ row: Row) throws {
        id = try row.id("id")
        name = try row.get("name")
        status = try row.choice("status")
        schedule = try row.coded("schedule")
        source = try End(row, "source")
        destination = try End(row, "destination")
        hasBreakingChange = try row.get("has_breaking_change")
        sourceCatalogID = try row.optionalUUID("source_catalog_id")
        newestCatalogID = try row.optionalUUID("newest_catalog_id")
        jobStatus = try row.getOptional("job_status", as: String.self).flatMap { Job.Status(rawValue: $0) }
        jobCreatedAt = try row.getOptional("job_created_at")
    }
}

extension ListedConnection.End {
    fileprivate init(_ row: Row, _ end: String) throws {
        id = try row.id(end + "_id")
        name = try row.get(end + "_name")
        definitionID = try row.id(end + "_definition_id")
        definitionName = try row.get(end + "_definition_name")
        icon = try row.getOptional(end + "_icon")
        repository = try row.get(end + "_repository")
        tag = try row.get(end + "_tag")
        supportsRefreshes = try row.get(end + "_supports_refreshes")
        isCustom = try row.getOptional(end + "_workspace_id", as: String.self) != nil
    }
}
