import Airbyte
import JSON
package import Model
package import SQL

extension Session {
    /// Replaces what can change of a definition. The caller holds its row.
    package func update(_ definition: ConnectorDefinition) throws {
        try run(
            """
            UPDATE connector_definition SET
                name = \(definition.name), tag = \(definition.tag),
                specification = \(definition.specification.json.text),
                supports_refreshes = \(definition.supportsRefreshes)
            WHERE id = \(definition.id)
            """)
    }

    /// What a connector was made from, also where that is deleted.
    package func definition(behind connector: Connector) throws -> ConnectorDefinition {
        let row = try row("SELECT * FROM connector_definition WHERE id = \(connector.definitionID)")
        guard let row else { throw StoreError.notFound("\(connector.kind) definition", connector.definitionID) }
        return try ConnectorDefinition(row)
    }
}
