import Airbyte
import JSON
package import Model
package import SQL

extension Session {
    /// Those that every workspace sees and, where one is named, its own.
    package func definitions(_ kind: ConnectorKind, workspace: WorkspaceID? = nil) throws -> [ConnectorDefinition] {
        try rows(
            """
            SELECT * FROM connector_definition
            WHERE kind = \(kind.rawValue) AND NOT tombstone
              AND (workspace_id IS NULL OR CAST(\(workspace) AS TEXT) IS NULL OR workspace_id = \(workspace))
            ORDER BY name, id
            """
        ).map(ConnectorDefinition.init)
    }

    package func definition(_ kind: ConnectorKind, _ id: DefinitionID) throws -> ConnectorDefinition {
        let row = try row(
            "SELECT * FROM connector_definition WHERE id = \(id) AND kind = \(kind.rawValue) AND NOT tombstone")
        guard let row else { throw StoreError.notFound("\(kind) definition", id) }
        return try ConnectorDefinition(row)
    }

    /// As `definition`, holding its row until the transaction ends, so that it is not deleted in the meantime.
    package func lockedDefinition(_ kind: ConnectorKind, _ id: DefinitionID) throws -> ConnectorDefinition {
        let row = try row(
            """
            SELECT * FROM connector_definition
            WHERE id = \(id) AND kind = \(kind.rawValue) AND NOT tombstone \(dialect.forUpdate)
            """)
        guard let row else { throw StoreError.notFound("\(kind) definition", id) }
        return try ConnectorDefinition(row)
    }

    package func insert(_ definition: ConnectorDefinition) throws {
        try run(insertion(of: definition))
    }

    /// Adds a definition that comes with the programs, or brings its row up to the programs' version.
    package func seed(_ definition: ConnectorDefinition) throws {
        try run(
            """
            \(try insertion(of: definition))
            ON CONFLICT (id) DO UPDATE SET
                name = excluded.name, repository = excluded.repository, tag = excluded.tag,
                documentation_url = excluded.documentation_url, icon = excluded.icon,
                specification = excluded.specification, supports_refreshes = excluded.supports_refreshes
            """)
    }

    /// Replaces what a new version brings. The caller holds its row.
    package func update(_ definition: ConnectorDefinition) throws {
        try run(
            """
            UPDATE connector_definition SET
                name = \(definition.name), tag = \(definition.tag),
                specification = \(definition.specification.json.text),
                resources = \(try definition.resources.columnText())
            WHERE id = \(definition.id)
            """)
    }

    /// The definition, also one that is gone.
    package func definitionWithTombstone(_ kind: ConnectorKind, _ id: DefinitionID) throws -> ConnectorDefinition {
        let row = try row("SELECT * FROM connector_definition WHERE id = \(id) AND kind = \(kind.rawValue)")
        guard let row else { throw StoreError.notFound("\(kind) definition", id) }
        return try ConnectorDefinition(row)
    }

    /// What a connector was made from, also where that is gone.
    package func definition(behind connector: Connector) throws -> ConnectorDefinition {
        try definitionWithTombstone(connector.kind, connector.definitionID)
    }

    private func insertion(of definition: ConnectorDefinition) throws -> Query {
        """
        INSERT INTO connector_definition (id, kind, workspace_id, name, repository, tag, documentation_url, icon,
                                          specification, supports_refreshes, resources, created_at)
        VALUES (\(definition.id), \(definition.kind.rawValue), \(definition.workspaceID), \(definition.name),
                \(definition.repository), \(definition.tag), \(definition.documentationURL), \(definition.icon),
                \(definition.specification.json.text), \(definition.supportsRefreshes),
                \(try definition.resources.columnText()), \(definition.createdAt))
        """
    }

    /// Marks the definition as gone; the rows that point at it stay readable.
    package func deleteDefinition(_ kind: ConnectorKind, _ id: DefinitionID) throws {
        let changed = try run(
            """
            UPDATE connector_definition SET tombstone = TRUE
            WHERE id = \(id) AND kind = \(kind.rawValue) AND NOT tombstone
            """)
        guard changed == 1 else { throw StoreError.notFound("\(kind) definition", id) }
    }

    /// The connectors made from a definition.
    package func connectors(of definition: DefinitionID) throws -> [Connector] {
        try rows("SELECT * FROM connector WHERE definition_id = \(definition) AND NOT tombstone").map(Connector.init)
    }
}

extension ConnectorDefinition {
    init(_ row: Row) throws {
        self.init(
            id: try row.id("id"), kind: try row.choice("kind"), workspaceID: try row.optionalID("workspace_id"),
            name: try row.get("name"), repository: try row.get("repository"), tag: try row.get("tag"),
            documentationURL: try row.getOptional("documentation_url"), icon: try row.getOptional("icon"),
            specification: ConnectorSpecification(json: try row.coded("specification")),
            supportsRefreshes: try row.get("supports_refreshes"), resources: try row.coded("resources"),
            createdAt: try row.get("created_at"))
    }
}
