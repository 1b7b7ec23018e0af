import HTTP
import JSON
import Model
import SQL
import Store

/// `/api/public/v1/sources` and `/api/public/v1/destinations`.
struct PublicConnectorRoutes: Sendable {
    let kind: ConnectorKind
    let services: APIServices

    private var changes: ConnectorChanges { ConnectorChanges(kind, services) }

    var routes: [Route] {
        let path = "\(Interface.publicPrefix)/\(kind.plural)"
        let one = "\(path)/{\(kind.idKey)}"
        let noun = kind.noun
        return [
            Route(.get, path, "public.list\(noun)s") { request in .answer(try await list(request)) },
            Route(.post, path, "public.create\(noun)") { request in .answer(try await create(Body(request))) },
            Route(.get, one, "public.get\(noun)") { request in .answer(try await get(id(request))) },
            Route(.patch, one, "public.patch\(noun)") { request in
                .answer(try await patch(id(request), Body(request)))
            },
            Route(.put, one, "public.put\(noun)") { request in .answer(try await put(id(request), Body(request))) },
            Route(.delete, one, "public.delete\(noun)") { request in
                try await changes.delete(id(request))
                return .noContent
            },
        ]
    }

    private func id(_ request: HTTPRequest) throws -> ConnectorID { try request.pathID(kind.idKey) }

    func list(_ request: HTTPRequest) async throws -> JSON {
        let page = try PublicPage(request.query)
        let filter = try page.filter(request)
        let entries = try await services.database.read { session in
            var known: [DefinitionID: ConnectorDefinition] = [:]
            return try session.connectors(kind, filter).map { connector in
                let definition = try known[connector.definitionID] ?? session.definition(behind: connector)
                known[connector.definitionID] = definition
                return connector.publicWire(definition)
            }
        }
        return page.answer(entries, kind.plural, of: request)
    }

    func create(_ body: Body) async throws -> JSON {
        let workspace: WorkspaceID = try body.required("workspaceId")
        guard let name = try body.name("name") else { throw Problem.missing("name") }
        let asked: JSONObject = try body.required("configuration")
        let named: DefinitionID? = try body.optional("definitionId")
        let type = asked[kind.typeKey]?.stringValue
        guard named != nil || type != nil else {
            throw Problem.unprocessable("Name the connector: give definitionId, or configuration.\(kind.typeKey).")
        }
        try body.refuseOAuth()
        let (connector, definition) = try await changes.create(
            in: workspace, name: name, configuration: bare(asked)
        ) { session in try named ?? session.definition(kind, called: type ?? "", in: workspace) }
        return connector.publicWire(definition)
    }

    func get(_ id: ConnectorID) async throws -> JSON {
        try await services.database.read { session in
            let connector = try session.connector(kind, id)
            return connector.publicWire(try session.definition(behind: connector))
        }
    }

    /// Puts what the body names into the configuration.
    func patch(_ id: ConnectorID, _ body: Body) async throws -> JSON {
        try body.refuseOAuth()
        if let workspace: WorkspaceID = try body.optional("workspaceId") {
            let own = try await services.database.read { try $0.connector(kind, id).workspaceID }
            guard workspace == own else {
                throw Problem.unprocessable("A \(kind) stays in its workspace; leave workspaceId out.")
            }
        }
        let (connector, definition) = try await changes.merge(
            id, name: body.name("name"),
            configuration: body.optional("configuration", as: JSONObject.self).map { bare($0) }
        ) { try body.expectUnchanged($0.publicWire($1)) }
        return connector.publicWire(definition)
    }

    /// Replaces the name and the whole configuration, but for secrets that come back masked.
    func put(_ id: ConnectorID, _ body: Body) async throws -> JSON {
        guard let name = try body.name("name") else { throw Problem.missing("name") }
        let (connector, definition) = try await changes.replace(
            id, name: name, configuration: bare(body.required("configuration"))
        ) { try body.expectUnchanged($0.publicWire($1)) }
        return connector.publicWire(definition)
    }

    /// The configuration as the connector takes it.
    private func bare(_ configuration: JSONObject) -> JSONObject {
        var configuration = configuration
        configuration[kind.typeKey] = nil
        return configuration
    }
}

extension Session {
    /// The definition with that short name; of several, the one that comes with the programs counts.
    fileprivate func definition(
        _ kind: ConnectorKind, called type: String, in workspace: WorkspaceID
    ) throws -> DefinitionID {
        let name = String(type.lowercased().map { $0 == "_" ? "-" : $0 })
        let fitting = try definitions(kind, workspace: workspace).filter { !name.isEmpty && $0.shortName == name }
        guard let definition = fitting.first(where: { !$0.isCustom }) ?? fitting.first else {
            throw Problem(
                valueNotFound: type,
                "No \(kind) definition here is called by this \(kind)Type; give definitionId, or make a definition first."
            )
        }
        return definition.id
    }
}

extension Body {
    fileprivate func refuseOAuth() throws {
        guard has("secretId") else { return }
        throw Problem.unprocessable(
            "secretId comes of an OAuth consent, which is not offered here; put the credentials into configuration.")
    }
}
