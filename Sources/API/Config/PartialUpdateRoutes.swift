import HTTP
import JSON
import Model
import SQL
import Secrets
import Store
import Time

/// `/api/v1/sources/partial_update` and the same of destinations.
struct PartialUpdateRoutes: Sendable {
    let kind: ConnectorKind
    let services: APIServices

    var routes: [Route] { [.config("\(kind.plural)/partial_update", "partialUpdate\(kind.noun)", update)] }

    /// Lays the members that the body names over the stored ones, objects member by member; secrets that it leaves out
    /// stay as they are stored. What comes out must fit the specification.
    private func update(_ body: Body) async throws -> JSON {
        let id: ConnectorID = try body.required(kind.idKey)
        let change: JSONObject? = try body.optional("connectionConfiguration")
        let name = try body.name("name")
        let now = services.clock.now
        return try await services.database.write { session in
            var connector = try session.lockedConnector(kind, id)
            let definition = try session.definition(of: connector)
            connector.name = name ?? connector.name
            if let change {
                let merged = SecretVault.masked(connector.configuration).overlaid(with: .object(change))
                guard case .object(let configuration) = merged else {
                    throw Problem.wrongKind("connectionConfiguration", "an object")
                }
                try definition.validate(configuration)
                connector.configuration = try services.vault.split(
                    merged, schema: definition.secretSchema, replacing: connector.configuration,
                    workspace: connector.workspaceID, in: session, at: now)
            }
            connector.updatedAt = now
            try session.update(connector)
            return connector.wire(definition)
        }
    }
}

extension JSON {
    /// Objects member by member; anything else takes the place of what is here.
    fileprivate func overlaid(with change: JSON) -> JSON {
        guard case .object(var members) = self, case .object(let changes) = change else { return change }
        for (name, value) in changes { members[name] = members[name]?.overlaid(with: value) ?? value }
        return .object(members)
    }
}
