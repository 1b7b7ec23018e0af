import Airbyte
import HTTP
import JSON
import Model
import SQL
import Store

/// `/api/public/v1/workspaces/{workspaceId}/definitions/sources` and the same for destinations.
struct PublicDefinitionRoutes: Sendable {
    let kind: ConnectorKind
    let services: APIServices

    var routes: [Route] {
        let path = "\(Interface.publicPrefix)/workspaces/{workspaceId}/definitions/\(kind.plural)"
        let one = path + "/{definitionId}"
        let noun = kind.noun
        return [
            Route(.get, path, "public.list\(noun)Definitions") { request in
                .answer(try await list(request.pathID("workspaceId")))
            },
            Route(.post, path, "public.create\(noun)Definition") { request in
                .answer(try await create(request.pathID("workspaceId"), Body(request)))
            },
            Route(.get, one, "public.get\(noun)Definition") { request in .answer(try await find(request).publicWire) },
            Route(.put, one, "public.update\(noun)Definition") { request in
                .answer(try await update(find(request).id, Body(request)))
            },
            Route(.delete, one, "public.delete\(noun)Definition") { request in
                .answer(try await DefinitionChanges(kind, services).delete(find(request).id).publicWire)
            },
        ]
    }

    /// All at once: clients ask for no pages here.
    func list(_ workspace: WorkspaceID) async throws -> JSON {
        let definitions = try await services.database.read { session in
            _ = try session.workspace(workspace)
            return try session.definitions(kind, workspace: workspace)
        }
        return ["previous": "", "next": "", "data": .array(definitions.map(\.publicWire))]
    }

    func create(_ workspace: WorkspaceID, _ body: Body) async throws -> JSON {
        guard let name = try body.name("name") else { throw Problem.missing("name") }
        let image = try ConnectorImage(
            repository: body.required("dockerRepository"), tag: body.required("dockerImageTag"))
        return try await DefinitionChanges(kind, services).create(
            in: workspace, name: name, image: image, documentationURL: body.text("documentationUrl", atMost: 2000),
            by: body.caller
        ).publicWire
    }

    func update(_ id: DefinitionID, _ body: Body) async throws -> JSON {
        guard let name = try body.name("name") else { throw Problem.missing("name") }
        return try await DefinitionChanges(kind, services).update(
            id, name: name, tag: body.required("dockerImageTag"), by: body.caller
        ) { try body.expectUnchanged($0.publicWire) }.publicWire
    }

    /// Throws 404 for another workspace's.
    private func find(_ request: HTTPRequest) async throws -> ConnectorDefinition {
        let workspace: WorkspaceID = try request.pathID("workspaceId")
        let id: DefinitionID = try request.pathID("definitionId")
        return try await services.database.read { session in
            _ = try session.workspace(workspace)
            let definition = try session.definition(kind, id)
            guard definition.workspaceID == nil || definition.workspaceID == workspace else {
                throw StoreError.notFound("\(kind) definition", id)
            }
            return definition
        }
    }
}

extension ConnectorDefinition {
    /// The public API's shape.
    fileprivate var publicWire: JSON {
        JSON(present: [
            "id": .id(id), "name": .string(name), "dockerRepository": .string(repository),
            "dockerImageTag": .string(tag),
            "documentationUrl": (documentationURL ?? specification.documentationURL).map(JSON.string),
        ])
    }
}
