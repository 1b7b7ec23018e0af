import Airbyte
import HTTP
import JSON
import Model
import SQL
import Store

/// Which version of its connector a source or destination runs: always its definition's.
struct ConnectorVersionRoutes: Sendable {
    let kind: ConnectorKind
    let services: APIServices

    var routes: [Route] {
        let noun = kind.noun
        return [
            .config("\(kind.plural)/upgrade_version", "upgrade\(noun)Version", upgrade),
            .config("actor_definition_versions/get_for_\(kind)", "getActorDefinitionVersionFor\(noun)Id", ofConnector),
        ]
    }

    /// Each runs its definition's version already, so there is nothing to move.
    private func upgrade(_ body: Body) async throws { _ = try await definition(of: body) }

    private func ofConnector(_ body: Body) async throws -> JSON { try await definition(of: body).versionWire }

    private func definition(of body: Body) async throws -> ConnectorDefinition {
        let id: ConnectorID = try body.required(kind.idKey)
        return try await services.database.read { try $0.definition(of: $0.connector(kind, id)) }
    }
}
